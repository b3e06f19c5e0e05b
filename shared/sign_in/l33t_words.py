"""Finds words that a password spells with digits and symbols, such as p4$$word.

zxcvbn translates the whole password once for each way to read its symbols as letters, and a
password with many symbols has hundreds of ways. Here each part of the password is looked up only in
the few ways in which it can be a word, and then checked against zxcvbn's rules. So the same words
are found, and the work hardly depends on which symbols there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from zxcvbn.matching import (L33T_TABLE, RANKED_DICTIONARIES, enumerate_l33t_subs,
                             relevant_l33t_subtable)

Dictionaries = Mapping[str, Mapping[str, int]]
Reading = Mapping[str, str]

# A test holds it against the dictionaries; to look for it here would cost time at each start.
LONGEST_WORD = 23
LETTERS = {symbol: [letter for letter in L33T_TABLE if symbol in L33T_TABLE[letter]]
           for symbols in L33T_TABLE.values() for symbol in symbols}
# Letters that share a symbol are in one group. How the symbols of one group are read does not
# depend on those of another.
GROUPS = ["ilt", *(letter for letter in L33T_TABLE if letter not in "ilt")]
# A word has the same outline as all its spellings.
OUTLINE = str.maketrans({character: group[0] for group in GROUPS for letter in group
                         for character in [letter, *L33T_TABLE[letter]]})
# A letter's only symbol is always read as that letter; another symbol can stand for itself.
ALWAYS_READ = {symbols[0] for symbols in L33T_TABLE.values() if len(symbols) == 1}
CAN_BE_ITSELF = LETTERS.keys() - ALWAYS_READ


class Part(NamedTuple):
    """A part of a password, from its first to its last character, and the word that it may be."""

    i: int
    j: int
    text: str
    word: str

    @property
    def reading(self) -> dict[str, str]:
        """What each character is read as, other than itself."""
        return {character: letter for character, letter in zip(self.text, self.word)
                if character != letter}


def l33t_match(password: str, _ranked_dictionaries: Dictionaries) -> list[dict[str, Any]]:
    """Return the matches that zxcvbn's function of this name returns, each of them once."""
    if LETTERS.keys().isdisjoint(password):
        return []
    rules = [enumerate_l33t_subs(relevant_l33t_subtable(
        password, {letter: L33T_TABLE[letter] for letter in group})) for group in GROUPS]
    return [_match(part, password, name, ranks[part.word])
            for part in _candidates(password.lower(), _ranked_dictionaries)
            if _is_allowed(part, rules)
            for name, ranks in _ranked_dictionaries.items() if part.word in ranks]


def _candidates(password: str, dictionaries: Dictionaries) -> Iterator[Part]:
    """Yield each part that has the outline of a word, with the word."""
    own = dictionaries["user_inputs"]
    with_symbols = [_WITH_SYMBOLS, _by_outline(own)]
    texts, outline = _texts(password), password.translate(OUTLINE)
    for length in sorted({*range(2, LONGEST_WORD + 1), *map(len, own)} - {0, 1}):
        for i in range(len(password) - length + 1):
            part = slice(i, i + length)
            words = {text[part] for text in texts}
            found = {word for word in words for ranks in dictionaries.values() if word in ranks}
            for known in with_symbols:
                if outline[part] in known:
                    found.update(known[outline[part]])
            for word in sorted(found):
                yield Part(i, i + length - 1, password[part], word)


def _texts(password: str) -> Sequence[str]:
    """Return each text that the password can be when no symbol stands for itself."""
    symbols = [symbol for symbol in LETTERS if symbol in password]
    return [password.translate(str.maketrans(dict(zip(symbols, letters))))
            for letters in product(*(LETTERS[symbol] for symbol in symbols))]


def _by_outline(words: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return the words in which a symbol stands for itself, by their outlines."""
    found: dict[str, list[str]] = {}
    for word in words:
        if not word.isalpha() and not CAN_BE_ITSELF.isdisjoint(word):
            if ALWAYS_READ.isdisjoint(word):
                found.setdefault(word.translate(OUTLINE), []).append(word)
    return found


def _is_allowed(part: Part, rules: Sequence[Sequence[Reading]]) -> bool:
    """Whether zxcvbn has a table that reads this part as the word.

    `rules` are the tables of each group. In a table, no letter has two symbols.
    """
    reading = part.reading
    return (bool(reading) and reading.keys() <= LETTERS.keys()
            and "".join(reading.get(character, character) for character in part.text) == part.word
            and all(any(_agree(table, reading, symbols) for table in tables)
                    for tables, symbols in zip(rules, _symbols_of_groups(part.text)) if symbols))


def _agree(table: Reading, reading: Reading, symbols: Iterable[str]) -> bool:
    return all(table.get(symbol) == reading.get(symbol) for symbol in symbols)


def _symbols_of_groups(text: str) -> Iterator[set[str]]:
    for group in GROUPS:
        yield {symbol for letter in group for symbol in L33T_TABLE[letter] if symbol in text}


def _match(part: Part, password: str, dictionary: str, rank: int) -> dict[str, Any]:
    return {"pattern": "dictionary", "i": part.i, "j": part.j,
            "token": password[part.i:part.j + 1], "matched_word": part.word, "rank": rank,
            "dictionary_name": dictionary, "reversed": False, "l33t": True, "sub": part.reading}


_WITH_SYMBOLS = _by_outline(word for ranks in RANKED_DICTIONARIES.values() for word in ranks)
