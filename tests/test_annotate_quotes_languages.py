"""Who said what in the languages that have a lexicon and no learned weights of their own, on sentences as their press writes them."""

from __future__ import annotations

import pytest

from octavo.annotate.quotes import find_quotes
from octavo.annotate.sentences import sentences


def said(text, language):
    """Each quote as (name, speaker, content) in the text's own words."""
    words = lambda spans: " … ".join(text[start:end] for start, end in spans)  # noqa: E731
    return [(q.name, words(q.speaker), words(q.content)) for q in find_quotes(text, language, sentences(text, language))]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("قال وزير النقل كريم حداد إن الجسر سيفتح في الربيع.", [("كريم حداد", "وزير النقل كريم حداد", "إن الجسر سيفتح في الربيع")]),
        ("وأضاف حداد أن العمل سيستمر حتى الصيف.", [("حداد", "حداد", "أن العمل سيستمر حتى الصيف")]),
        ("«الجسر آمن تماما ولن يغلق»، قالت المهندسة ليلى منصور.", [("ليلى منصور", "المهندسة ليلى منصور", "«الجسر آمن تماما ولن يغلق»")]),
        (
            "أكدت الوزيرة سلمى ناصر أن المدارس ستبقى مفتوحة. وأضافت أن الحافلات ستعمل.",
            [("سلمى ناصر", "الوزيرة سلمى ناصر", "أن المدارس ستبقى مفتوحة"), ("سلمى ناصر", "", "أن الحافلات ستعمل")],
        ),
        ("وفقا للبنك المركزي، سترتفع الأسعار في العام المقبل.", [(None, "للبنك المركزي", "سترتفع الأسعار في العام المقبل")]),
        ("بحسب الشرطة، أغلقت الطرق مساء أمس.", [(None, "الشرطة", "أغلقت الطرق مساء أمس")]),
        ("حداد: الجسر سيفتح في الربيع المقبل\n\nوصل كريم حداد إلى المدينة.", [("حداد", "حداد", "الجسر سيفتح في الربيع المقبل")]),
        ("وذكرت وكالة الأنباء أن السفينة غرقت قرب الميناء.", [(None, "وكالة الأنباء", "أن السفينة غرقت قرب الميناء")]),
        (
            "وصرح المتحدث باسم الحكومة للصحفيين: «لن نرفع الضرائب هذا العام».",
            [(None, "المتحدث باسم الحكومة", "«لن نرفع الضرائب هذا العام»")],
        ),
        ("وتابعت منصور: «واليوم نفتح الأبواب للجميع».", [("منصور", "منصور", "«واليوم نفتح الأبواب للجميع»")]),
        ("نفى المحافظ سامي عون أن تكون المياه ملوثة.", [("سامي عون", "المحافظ سامي عون", "أن تكون المياه ملوثة")]),
        ("ويرى خبراء أن القرار جاء متأخرا.", [(None, "خبراء", "أن القرار جاء متأخرا")]),
    ],
)
def test_arabic(text, quotes):
    assert said(text, "ar") == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Министр транспорта Иван Лебедев заявил, что мост откроют весной.", [("Иван Лебедев", "Министр транспорта Иван Лебедев", "что мост откроют весной")]),
        ("«Мост надёжен и простоит сто лет», — сказала инженер Анна Громова.", [("Анна Громова", "инженер Анна Громова", "«Мост надёжен и простоит сто лет»")]),
        ("По словам Громовой, работы закончатся летом.", [("Громовой", "Громовой", "работы закончатся летом")]),
        ("Как сообщает городская газета, рынок закроют на ремонт.", [(None, "городская газета", "рынок закроют на ремонт")]),
        ("Лебедев: мост откроют весной\n\nИван Лебедев приехал в город.", [("Иван Лебедев", "Лебедев", "мост откроют весной")]),
        ("Она добавила, что автобусы будут ходить ночью.", [(None, "Она", "что автобусы будут ходить ночью")]),
        ("Согласно отчёту банка, цены вырастут в следующем году.", [(None, "отчёту банка", "цены вырастут в следующем году")]),
        ("Представитель правительства подчеркнул: «Налоги повышать мы не будем».", [(None, "Представитель правительства", "«Налоги повышать мы не будем»")]),
        (
            "Анна Громова отметила, что проверка прошла успешно. Она подчеркнула, что трещин нет.",
            [("Анна Громова", "Анна Громова", "что проверка прошла успешно"), ("Анна Громова", "Она", "что трещин нет")],
        ),
        ("Эксперты считают, что решение принято слишком поздно.", [(None, "Эксперты", "что решение принято слишком поздно")]),
        ("Титов отрицает, что вода загрязнена.", [("Титов", "Титов", "что вода загрязнена")]),
        ("Рынок закроют на ремонт, сообщила мэрия.", [(None, "мэрия", "Рынок закроют на ремонт")]),
    ],
)  # fmt: skip
def test_russian(text, quotes):
    assert said(text, "ru") == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "La ministra Ana Robles dijo que el puente abrirá en primavera. Añadió que costará poco.",
            [("Ana Robles", "La ministra Ana Robles", "que el puente abrirá en primavera"), ("Ana Robles", "", "que costará poco")],
        ),
        ("«El puente es seguro y no se cerrará», afirmó el ingeniero Luis Vega.", [("Luis Vega", "el ingeniero Luis Vega", "«El puente es seguro y no se cerrará»")]),
        ("Según el Banco Central, los precios subirán el año próximo.", [("Banco Central", "el Banco Central", "los precios subirán el año próximo")]),
        ("Robles: el puente abrirá en primavera\n\nAna Robles llegó a la ciudad.", [("Ana Robles", "Robles", "el puente abrirá en primavera")]),
        (
            "“Hemos trabajado durante años en esto”, explicó Vega a los periodistas. “Hoy abrimos las puertas a todos”.",
            [("Vega", "Vega", "“Hemos trabajado durante años en esto” … “Hoy abrimos las puertas a todos”")],
        ),
        ("El portavoz del Gobierno aseguró: «Este año no subiremos los impuestos».", [(None, "El portavoz del Gobierno", "«Este año no subiremos los impuestos»")]),
        (
            "La alcaldesa Marta Gil negó que el agua esté contaminada. “El agua es limpia y se puede beber”, insistió ella.",
            [("Marta Gil", "La alcaldesa Marta Gil", "que el agua esté contaminada"), ("Marta Gil", "ella", "“El agua es limpia y se puede beber”")],
        ),
        ("Varios expertos creen que la decisión llega tarde.", [(None, "Varios expertos", "que la decisión llega tarde")]),
        ("De acuerdo con el informe, el clima será más cálido.", [(None, "el informe", "el clima será más cálido")]),
        ("Como dijo Vega, la prueba salió bien.", [("Vega", "Vega", "la prueba salió bien")]),
        ("El Banco de México advirtió que los precios subirán.", [("Banco de México", "El Banco de México", "que los precios subirán")]),
        ("El diario local informó de que el mercado cerrará en mayo.", [(None, "El diario local", "que el mercado cerrará en mayo")]),
    ],
)  # fmt: skip
def test_spanish(text, quotes):
    assert [(n, s, c.removeprefix("de ")) for n, s, c in said(text, "es")] == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "La ministre Claire Moreau a déclaré que le pont ouvrira au printemps. Elle a ajouté qu'il coûtera peu.",
            [("Claire Moreau", "La ministre Claire Moreau", "que le pont ouvrira au printemps"), ("Claire Moreau", "Elle", "qu'il coûtera peu")],
        ),
        ("« Le pont est sûr et ne fermera pas », a affirmé l'ingénieur Paul Roche.", [("Paul Roche", "l'ingénieur Paul Roche", "« Le pont est sûr et ne fermera pas »")]),
        ("Selon la Banque centrale, les prix augmenteront l'an prochain.", [(None, "la Banque centrale", "les prix augmenteront l'an prochain")]),
        ("Moreau : le pont ouvrira au printemps\n\nClaire Moreau est arrivée en ville.", [("Claire Moreau", "Moreau", "le pont ouvrira au printemps")]),
        (
            "« Nous avons travaillé des années », a expliqué Roche aux journalistes. « Nous ouvrons les portes à tous. »",
            [("Roche", "Roche", "« Nous avons travaillé des années » … « Nous ouvrons les portes à tous. »")],
        ),
        ("Le porte-parole du gouvernement a assuré : « Nous n'augmenterons pas les impôts. »", [(None, "Le porte-parole du gouvernement", "« Nous n'augmenterons pas les impôts. »")]),
        (
            "La maire Julie Petit dément que l'eau soit polluée. « L'eau est propre et on peut la boire », insiste-t-elle.",
            [("Julie Petit", "La maire Julie Petit", "que l'eau soit polluée"), ("Julie Petit", "insiste-t-elle", "« L'eau est propre et on peut la boire »")],
        ),
        ("Plusieurs experts estiment que la décision arrive trop tard.", [(None, "Plusieurs experts", "que la décision arrive trop tard")]),
        ("D'après le rapport, le climat sera plus chaud.", [(None, "le rapport", "le climat sera plus chaud")]),
        ("Comme l'a dit Roche, l'essai a réussi.", [("Roche", "Roche", "l'essai a réussi")]),
        ("La Banque de France a annoncé que les prix montent.", [("Banque de France", "La Banque de France", "que les prix montent")]),
        (
            "Le ministre Paul de la Tour a déclaré que le pont tiendra. La maire de Paris a ajouté que le pont est beau.",
            [("Paul de la Tour", "Le ministre Paul de la Tour", "que le pont tiendra"), (None, "La maire de Paris", "que le pont est beau")],
        ),
    ],
)  # fmt: skip
def test_french(text, quotes):
    assert said(text, "fr") == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "A ministra Ana Prado disse que a ponte vai abrir na primavera. Acrescentou que vai custar pouco.",
            [("Ana Prado", "A ministra Ana Prado", "que a ponte vai abrir na primavera"), ("Ana Prado", "", "que vai custar pouco")],
        ),
        ("“A ponte é segura e não vai fechar”, afirmou o engenheiro Rui Matos.", [("Rui Matos", "o engenheiro Rui Matos", "“A ponte é segura e não vai fechar”")]),
        ("Segundo o Banco Central, os preços vão subir no próximo ano.", [("Banco Central", "o Banco Central", "os preços vão subir no próximo ano")]),
        ("Prado: a ponte vai abrir na primavera\n\nAna Prado chegou à cidade.", [("Ana Prado", "Prado", "a ponte vai abrir na primavera")]),
        (
            "“Trabalhamos durante anos nisto”, explicou Matos aos jornalistas. “Hoje abrimos as portas a todos.”",
            [("Matos", "Matos", "“Trabalhamos durante anos nisto” … “Hoje abrimos as portas a todos.”")],
        ),
        ("O porta-voz do governo garantiu: “Este ano não vamos aumentar os impostos.”", [(None, "O porta-voz do governo", "“Este ano não vamos aumentar os impostos.”")]),
        (
            "A prefeita Marta Gil negou que a água esteja poluída. “A água é limpa e pode ser bebida”, insistiu ela.",
            [("Marta Gil", "A prefeita Marta Gil", "que a água esteja poluída"), ("Marta Gil", "ela", "“A água é limpa e pode ser bebida”")],
        ),
        ("Vários especialistas acreditam que a decisão chega tarde.", [(None, "Vários especialistas", "que a decisão chega tarde")]),
        ("De acordo com o relatório, o clima será mais quente.", [(None, "o relatório", "o clima será mais quente")]),
        ("Como disse Matos, o teste correu bem.", [("Matos", "Matos", "o teste correu bem")]),
        ("Gil explicou que os ônibus vão circular à noite.", [("Gil", "Gil", "que os ônibus vão circular à noite")]),
        ("O jornal local informou que o mercado vai fechar em maio.", [(None, "O jornal local", "que o mercado vai fechar em maio")]),
    ],
)  # fmt: skip
def test_portuguese(text, quotes):
    assert said(text, "pt") == quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("山田運輸相は、橋は春に開通すると述べた。", [("山田運輸相", "山田運輸相", "橋は春に開通する")]),
        ("「橋は安全で、閉鎖することはありません」と技師の鈴木花子氏は語った。", [("鈴木花子", "技師の鈴木花子氏", "「橋は安全で、閉鎖することはありません」")]),
        ("中央銀行によると、来年は物価が上がる見通しだ。", [("中央銀行", "中央銀行", "来年は物価が上がる見通しだ")]),
        ("市の担当者は「水は飲んでも問題ありません」と説明した。", [(None, "市の担当者", "「水は飲んでも問題ありません」")]),
        (
            "鈴木氏は「長い間この日を待っていました」と話し、「明日から誰でも渡れます」と付け加えた。",
            [("鈴木", "鈴木氏", "「長い間この日を待っていました」"), ("鈴木", "鈴木氏", "「明日から誰でも渡れます」")],
        ),
        ("専門家は決定が遅すぎたと指摘する。", [(None, "専門家", "決定が遅すぎた")]),
        ("地元紙は市場が五月に閉まると報じた。", [("地元紙", "地元紙", "市場が五月に閉まる")]),
        ("彼女は、検査は成功したと明らかにした。", [(None, "彼女", "検査は成功した")]),
        ("田中市長は「道路は来月に開通します」と語った。", [("田中", "田中市長", "「道路は来月に開通します」")]),
        ("同社は工場を閉鎖すると発表した。", [(None, "同社", "工場を閉鎖する")]),
        ("警察によれば、道路は昨夜閉鎖された。", [("警察", "警察", "道路は昨夜閉鎖された")]),
        ("田中市長は記者団に対し、増税はしないと強調した。", [("田中", "田中市長", "増税はしない")]),
    ],
)  # fmt: skip
def test_japanese(text, quotes):
    assert said(text, "ja") == quotes
