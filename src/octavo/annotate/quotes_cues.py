"""The cues of a sentence: each speech verb or "according to" with its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from octavo.annotate.quotes_judge import Judge
from octavo.annotate.quotes_lexicon import Phrases, Word
from octavo.annotate.quotes_speakers import Phrase, left_of, right_of, sentence_subject, verb_group_start
from octavo.annotate.quotes_words import Sentence, Words

_LISTED = Word.SPEECH | Word.CLAUSAL | Word.POSITION | Word.SHARED
_ANY = _LISTED | Word.JUDGED
_MAYBE = _ANY | Word.PHRASE
_CLAUSE_WITHIN = 12  # words between a verb and the clause that it introduces
_QUOTATION = Word.QUOTED | Word.SCARE
_NO_ADJECTIVE = Word.CAPITAL | Word.MARK | Word.ROLES | Word.INSTITUTIONS | Word.GROUPS | Word.PREPOSITIONS | Word.LINKS | Word.STOPS
_PLAIN_SUBJECT = Word.ROLES | Word.QUOTED | Word.SCARE | Word.MARK | Word.PERSONS
_NO_VERB_AFTER = Word.DETERMINERS | Word.PREPOSITIONS | Word.LINKS


@dataclass(slots=True)
class Cue:
    """A cue and its source. Content may stand left of `first` and right of `last`, which bound cue and adjacent source."""

    words: tuple[Phrase, ...]
    source: Phrase | None
    first: int
    last: int
    both_sides: bool  # the statement may stand on either side
    own_clause: bool = True  # False: shares the subject of another verb
    source_first: bool = False  # "according to X": what follows the source's comma may be content


def cues_of(words: Words, sentence: Sentence, judge: Judge) -> list[Cue]:
    """All cues of a sentence in order."""
    found: list[Cue] = []
    flags, lower, maybe = words.flags, words.lower, _MAYBE
    titled = sentence.paragraph == 0 and judge.generous and _titled(words, sentence)
    for at in range(sentence.first, sentence.last):
        f = flags[at]
        if not f & maybe:
            continue
        if f & _ANY and (not f & Word.CAPITAL or at == sentence.first or titled):
            if cue := _verb(words, sentence, at, found, judge):
                found.append(cue)
        elif lower[at] in words.lexicon.before and (end := _phrase(words, sentence, at, words.lexicon.before)):
            source = right_of(words, sentence, end, closes=at > sentence.first)
            if source and source[0] == end:
                first = at + 1 if lower[at] == "," else at
                found.append(Cue(((first, end),), source, first, source[1], True, source_first=True))
        elif lower[at] in words.lexicon.after and (end := _phrase(words, sentence, at, words.lexicon.after)):
            source = left_of(words, sentence, at) or _after_source(words, sentence, at)
            if source:
                found.append(Cue(((at, end),), source, source[0], end, True, source_first=True))
    return found


def _titled(words: Words, sentence: Sentence) -> bool:
    """Whether a sentence is a headline in which most words have capitals, so that a capital tells nothing."""
    plain = [k for k in range(sentence.first, sentence.last) if not words.flags[k] & Word.MARK]
    return len(plain) > 3 and sum(bool(words.flags[k] & Word.CAPITAL) for k in plain) > 0.6 * len(plain)


def _after_source(words: Words, sentence: Sentence, at: int) -> Phrase | None:
    """The source that ends before a word like "zufolge", where it is no subject by its form."""
    for first in range(max(sentence.first, at - 6), at):
        source = right_of(words, sentence, first)
        if source and source[1] == at:
            return source
    return None


def _phrase(words: Words, sentence: Sentence, at: int, phrases: Phrases) -> int | None:
    """The end of the longest phrase of the lexicon that begins at this word."""
    for phrase in phrases[words.lower[at]]:
        end = at + len(phrase)
        if end <= sentence.last and tuple(words.lower[at:end]) == phrase:
            return end
    return None


@dataclass(slots=True)
class _Verb:
    """A cue verb and where it stands."""

    words: Words
    sentence: Sentence
    at: int
    parts: tuple[Phrase, ...]  # the verb and the particle that it needs
    last: int
    group: int  # where its auxiliaries and adverbs begin
    earlier: list[Cue]  # cues before it in the sentence
    generous: bool  # whether readings may be offered that are often wrong, because they are judged

    def is_(self, flags: int) -> bool:
        return bool(self.words.flags[self.at] & flags)

    @property
    def both_sides(self) -> bool:
        return self.is_(Word.SPEECH | Word.CLAUSAL | Word.SHARED)

    @property
    def after_quotation(self) -> bool:
        """Whether a quotation, and perhaps a comma, stands right before."""
        before = self.group - 1
        while before > self.sentence.first and self.words.lower[before] in ",—–-":
            before -= 1
        return before >= self.sentence.first and bool(self.words.flags[before] & _QUOTATION)

    def cue(self, source: Phrase | None, first: int, last: int | None = None, *, own_clause: bool = True) -> Cue:
        return Cue(self.parts, source, first, max(self.last, last or 0), self.both_sides, own_clause)

    def subject_behind(self, at: int) -> Phrase | None:
        opened = self.words.flags[self.sentence.first] & Word.AS  # "As X said, ...": behind the comma stands the statement
        return right_of(self.words, self.sentence, at, closes=not opened)

    def shared_subject(self, before: int) -> Phrase | None:
        """The subject of the clause that a participle or a second verb belongs to."""
        own = next((c.source for c in reversed(self.earlier) if c.source and not c.source_first), None)
        return own or sentence_subject(self.words, self.sentence, before)


def _verb(words: Words, sentence: Sentence, at: int, earlier: list[Cue], judge: Judge) -> Cue | None:
    verb = _read_verb(words, sentence, at, earlier, judge.generous)
    if verb is None:
        return None
    for name, way in _WAYS.items():
        if cue := way(verb):
            if not judge.is_cue(words, sentence, at, verb.group, name, cue.source):
                return None
            opens = cue.first <= sentence.first + 1 and words.flags[sentence.first] & Word.AS  # "As she said, ..."
            return replace(cue, source_first=True) if opens else cue
    return None


def _read_verb(words: Words, sentence: Sentence, at: int, earlier: list[Cue], generous: bool) -> _Verb | None:
    """The verb at this word; None when the word is no verb here, lacks what it needs, or its subject is not who speaks."""
    flags = words.flags
    unlike = Word.PREPOSITIONS if generous else _NO_VERB_AFTER
    if at > sentence.first and flags[at - 1] & unlike and not flags[at - 1] & (Word.PRONOUNS | Word.CAPITAL):
        return None
    parts: tuple[Phrase, ...] = ((at, at + 1),)
    last = at + 1
    if needed := words.lexicon.needs.get(words.lower[at]):
        particle = _particle(words, sentence, at + 1, needed)
        if particle is None:
            return None
        parts += ((particle, particle + 1),)
        if particle <= at + 2:
            last = particle + 1
    clausal = flags[at] & Word.CLAUSAL and not flags[at] & (Word.SPEECH | Word.POSITION)
    if clausal and not generous and not _clause_follows(words, sentence, last):
        return None
    group = verb_group_start(words, sentence, at)
    if words.lexicon.verb_second:
        group = _finite(words, sentence, group)
    if not flags[at] & (Word.SHARED | Word.CITED) and any(flags[k] & Word.PASSIVE for k in range(group, at)):
        return None
    return _Verb(words, sentence, at, parts, last, group, earlier, generous)


def _with_pronoun(verb: _Verb) -> Cue | None:
    """Verb and pronoun in one word: "dit-elle"."""
    return verb.cue((verb.at, verb.last), verb.at) if verb.is_(Word.PRONOUNS) else None


def _possessive(verb: _Verb) -> Cue | None:
    """A noun whose owner speaks: "her refusal to", "the mayor's attack on"."""
    words, at = verb.words, verb.at
    if not verb.generous or at == verb.sentence.first or verb.is_(Word.SHARED | Word.SPEECH):
        return None
    first = at - 1
    owners = words.lexicon.owners
    adjective = not words.flags[first] & _NO_ADJECTIVE and words.lower[first] not in owners
    if adjective and first > verb.sentence.first:
        first -= 1
    if words.lower[first] in owners:
        return verb.cue((first, first + 1), first)
    if _owns(words, first):
        source = left_of(words, verb.sentence, first + 1)
        return verb.cue(source, source[0]) if source else None
    return None


def _owns(words: Words, at: int) -> bool:
    return words.lower[at].endswith(("'s", "’s")) and bool(words.flags[at] & Word.CAPITAL)


def _participle(verb: _Verb) -> Cue | None:
    """ "..., saying that"; with an auxiliary it has a subject of its own: "she is saying that"."""
    if not verb.is_(Word.SHARED) or verb.is_(Word.SPEECH | Word.POSITION):
        return None
    if any(verb.words.flags[k] & Word.AUXILIARIES for k in range(verb.group, verb.at)):
        subject = left_of(verb.words, verb.sentence, verb.at)
        if subject:
            return verb.cue(subject, subject[0])
    return verb.cue(verb.shared_subject(verb.group), verb.group, own_clause=False)


def _second_verb(verb: _Verb) -> Cue | None:
    """ "... and said": the subject stands before the first verb."""
    if verb.group == verb.sentence.first or not verb.words.flags[verb.group - 1] & Word.CONJUNCTIONS:
        return None
    source = verb.shared_subject(verb.group - 1)
    return verb.cue(source, verb.group, own_clause=False) if source else None


def _pronoun_behind(verb: _Verb) -> Cue | None:
    """In a verb-second language: "sagte er", "hat er gesagt", "heißt es in dem Bericht" (there the report speaks)."""
    words, sentence = verb.words, verb.sentence
    after = _behind_finite(verb)
    if not verb.words.lexicon.verb_second or after >= sentence.last:
        return None
    if not words.flags[after] & Word.PRONOUNS or words.flags[after] & Word.CAPITAL:
        return None
    if words.lower[after] not in verb.words.lexicon.impersonal:
        return verb.cue((after, after + 1), verb.group, after + 1)
    end = max(verb.last, after + 1)
    if end < sentence.last and words.flags[end] & Word.PREPOSITIONS and (source := verb.subject_behind(end + 1)):
        return verb.cue(source, verb.group, source[1])
    if words.flags[sentence.first] & Word.PREPOSITIONS:
        source = verb.subject_behind(sentence.first + 1)
        if source and source[1] <= verb.group:
            return verb.cue(source, sentence.first, end)
    return verb.cue(None, verb.group, end)


def _name_behind(verb: _Verb) -> Cue | None:
    """In a verb-second language a name or nominative behind the verb, where no plain subject stands before it: "Dazu sagte Bo Li"."""
    flags = verb.words.flags
    before = range(verb.sentence.first, verb.group)
    if not verb.words.lexicon.verb_second or not verb.is_(Word.SPEECH) or any(flags[k] & _PLAIN_SUBJECT for k in before):
        return None
    if sum(flags[k] & (Word.CAPITAL | Word.DETERMINERS) == Word.CAPITAL for k in before) > 1:
        return None
    source = verb.subject_behind(_behind_finite(verb))
    if not source or verb.words.lower[source[0]] in verb.words.lexicon.oblique:
        return None
    names = sum(bool(flags[k] & Word.CAPITAL) for k in range(*source))
    person = names > 1 or any(flags[k] & Word.ROLES for k in range(*source))
    article = flags[source[0]] & (Word.DETERMINERS | Word.NOMINATIVE)
    if article == Word.DETERMINERS or (article and not person):
        return None
    before_particle = any(source[1] == part[0] for part in verb.parts)
    return verb.cue(source, verb.group, source[1]) if person or before_particle else None


def _subject_before(verb: _Verb) -> Cue | None:
    """The common order: "she has said"."""
    source = None if verb.after_quotation else left_of(verb.words, verb.sentence, verb.group)
    if source is None or (verb.generous and _has_verb(verb.words, source)):
        return None
    if verb.words.lexicon.verb_second and _is_no_subject(verb, source):
        return None
    return verb.cue(source, source[0])


def _is_no_subject(verb: _Verb, source: Phrase) -> bool:
    """Whether something else than the subject stands before the verb: "Den Plan nannte er ...", "Als Grund nannte er ..."."""
    words, first = verb.words, source[0]
    if words.lower[first] in words.lexicon.oblique and words.flags[first] & Word.DETERMINERS:
        return True
    opening = words.flags[verb.sentence.first]
    return first == verb.sentence.first + 1 and bool(opening & (Word.STOPS | Word.PREPOSITIONS)) and not opening & Word.AS


def _has_verb(words: Words, source: Phrase) -> bool:
    """Whether what should be a noun phrase is a lone adjective or holds a verb of its own: "did not give a clear [answer]"."""
    if source[1] - source[0] == 1:
        return not words.flags[source[0]] and not words.lower[source[0]].isdigit()
    for at in range(*source):
        if words.flags[at] & Word.RELATIVES:
            return False
        if words.flags[at] & Word.AUXILIARIES and not words.flags[at] & (Word.CAPITAL | Word.DETERMINERS | Word.PRONOUNS):
            return True
    return False


def _subject_behind(verb: _Verb) -> Cue | None:
    """ "“...”, said Bo Li"; in a verb-second language also between the parts of a verb: "hat Bo Li gesagt"."""
    object_first = verb.words.lexicon.verb_second and verb.words.lower[verb.sentence.first] in verb.words.lexicon.oblique
    if not verb.both_sides and not object_first:
        return None
    free = verb.group == verb.sentence.first or verb.words.flags[verb.group - 1] & (Word.MARK | Word.AS)
    if (verb.after_quotation or verb.words.lexicon.verb_second or free) and (source := verb.subject_behind(verb.at + 1)):
        return verb.cue(source, verb.group, source[1])
    if verb.words.lexicon.verb_second and verb.group < verb.at and (source := verb.subject_behind(verb.group + 1)) and source[1] <= verb.at:
        return verb.cue(source, verb.group)
    return None


def _speaker_known(verb: _Verb) -> Cue | None:
    """Behind a quotation, without a subject of its own."""
    if not verb.after_quotation or not verb.both_sides:
        return None
    return verb.cue(verb.shared_subject(verb.group), verb.group, own_clause=False)


def _subject_dropped(verb: _Verb) -> Cue | None:
    """ "Añadió que": who spoke last goes on, where the language needs no pronoun for that."""
    words, after = verb.words, verb.last
    if not words.lexicon.drops_subject or verb.group > verb.sentence.first or after >= verb.sentence.last:
        return None
    return verb.cue(None, verb.group) if words.flags[after] & Word.INTRODUCES or words.lower[after] == ":" else None


_WAYS: dict[str, Callable[[_Verb], Cue | None]] = {
    "with pronoun": _with_pronoun,
    "possessive": _possessive,
    "participle": _participle,
    "second verb": _second_verb,
    "pronoun behind": _pronoun_behind,
    "name behind": _name_behind,
    "subject before": _subject_before,
    "subject behind": _subject_behind,
    "speaker known": _speaker_known,
    "subject dropped": _subject_dropped,
}
"""How a verb may have its source, in the order in which they are tried."""


def _behind_finite(verb: _Verb) -> int:
    """The word behind the finite verb: behind the auxiliary, where the verb has one."""
    parted = verb.group < verb.at and verb.words.flags[verb.group] & Word.AUXILIARIES
    return verb.group + 1 if parted else verb.at + 1


def _clause_follows(words: Words, sentence: Sentence, at: int) -> bool:
    """Whether a reported clause or a quotation follows soon."""
    for k in range(at, min(sentence.last, at + _CLAUSE_WITHIN)):
        if words.flags[k] & (Word.INTRODUCES | Word.QUOTED) or words.lower[k] == ":":
            return True
        if words.lower[k] in ",;" and not (k + 1 < sentence.last and words.flags[k + 1] & (_QUOTATION | Word.INTRODUCES)):
            return False
    return False


def _particle(words: Words, sentence: Sentence, at: int, needed: tuple[str, ...]) -> int | None:
    """The word that the verb needs, later in its clause."""
    for k in range(at, sentence.last):
        if words.lower[k] in needed:
            return k
        if (words.flags[k] & Word.MARK and words.lower[k] not in ".'’-") or words.flags[k] & Word.QUOTED:
            return None
    return None


def _finite(words: Words, sentence: Sentence, at: int) -> int:
    """Where a parted verb's auxiliary stands ("hat gestern in Rom [gesagt]"), else `at`."""
    for k in range(at - 1, max(sentence.first - 1, at - 14), -1):
        if words.flags[k] & Word.AUXILIARIES:
            return k
        if words.flags[k] & (Word.MARK | Word.STOPS | Word.QUOTED) and words.lower[k] not in ".'’-":
            break
    return at
