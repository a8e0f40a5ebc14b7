"""What each model of grouping judges by: the names of its features, in their order."""

PAIR_FEATURES = (
    "cosine",  # of the centred vectors
    "words",  # cosine of the words that both are known by, weighted by rarity
    "headline",  # cosine of the headlines' words
    "names",  # rarity of shared words of names, as a share of those of the one with less
    "rarest",  # rarity of the rarest shared word, as a share of the greatest
    "numbers",  # shared numbers, at most 3
    "other_numbers",  # 1 if both have numbers and none is shared
    "gap",  # ln(1 + hours apart), as far as the dates are sure
    "days",  # days apart, at most 30, as a share of 30
    "undated",  # 1 if either has no date
    "other_language",
    "same_publisher",
    "background",  # the article's cosine with its 50th nearest: how crowded it is around it
    "above_background",  # the pair's cosine above that
    "their_background",  # the background that the candidate had when it came in
    "above_backgrounds",  # the pair's cosine above the mean of both backgrounds
    "words_background",  # the article's `words` with the one of its candidates that is the eleventh by these: how common its words are
    "above_words_background",  # the pair's `words` above that
    "crowd",  # the article's mean cosine with all live ones: how much it is of what most are about
    "text",  # 1 if the article has more than a headline
    "no_vector",  # 1 if either has none
)

STORY_FEATURES = (
    "top",  # log-odds of the article's nearest neighbour in the story
    "top_three",  # mean of its three nearest there; one that is not among its neighbours counts as one of -6
    "share",  # expected neighbours of one story in it, as a share of all that could be
    "links",  # ln(1 + the same as a number)
    "centre",  # mean cosine of the article with the story's articles
    "cohesion",  # mean cosine of the story's articles with one another, 0 for a single one
    "above_cohesion",  # the former less the latter, 0 for a single one
    "single",  # 1 for a story of a single article
    "size",  # ln of its articles
    "margin",  # log-odds of the nearest neighbour there less those of the nearest one elsewhere (-4 at least), within -4 and 4
    "gap",  # ln(1 + hours between the article and the time that the story spans)
    "language",  # share of the neighbours there that are of the article's language
    "seen",  # neighbours there, as a share of all that could be
    "background",  # as of pairs
    "dated",
    "all_links",  # ln(1 + expected neighbours of one story anywhere)
)
MERGE_FEATURES = (
    "linked_small",  # share of the smaller story's articles that have a neighbour in the other one, more probably than not of one story
    "linked_large",  # the same of the larger one
    "top_three",  # mean log-odds of the three nearest pairs
    "share",  # expected pairs of one story, as a share of all that could be
    "centre",  # mean cosine of the articles of the one with those of the other
    "cohesion",  # mean of the two stories' cohesions; that of a single article counts as 0.7
    "small",  # ln of the articles of the smaller one
    "large",
    "gap",  # ln(1 + hours between the spans of time)
    "language",  # share of neighbouring pairs that are of one language
    "links",  # expected pairs of one story for each article
)

# Two groups of stories: those of a thread, or a single one. Means are over all pairs of one story of the one and one of the other.
THREAD_FEATURES = (
    "bias",
    "cosine",  # mean, of the centres of the stories
    "likeness",  # that mean, as a share of the mean within the groups (their geometric mean; within a single story: 1)
    "names",  # mean rarity of shared names, as a share of the names of the story with less
    "size",  # ln of the number of pairs
    "cosine * size",
    "names * size",
)
