"""Texts → tokens."""

from kubectl_dra.cel.lexer import END_OF_TEXT, tokens_of


def kinds(text: str) -> list[str]:
    """The kinds of the tokens of a text."""
    return [token.kind for token in tokens_of(text)[0]]


def test_names_numbers_and_texts_have_kinds() -> None:
    """Each kind of token has the grammar's name."""
    assert kinds("a 1 1u 1.5 'b' b'c'") == ["IDENTIFIER", "NUM_INT", "NUM_UINT", "NUM_FLOAT", "STRING", "BYTES", END_OF_TEXT]


def test_symbols_are_their_own_kind() -> None:
    """The longest symbol wins."""
    assert kinds("<= < && ?") == ["<=", "<", "&&", "?", END_OF_TEXT]


def test_white_space_and_comments_are_left_out() -> None:
    """A comment goes to the end of its line."""
    assert kinds("1 // one\n+ 2") == ["NUM_INT", "+", "NUM_INT", END_OF_TEXT]


def test_tokens_know_where_they_stand() -> None:
    """Offsets are counted in characters."""
    assert [(token.start, token.end) for token in tokens_of("é == 'é'")[0]][-2:] == [(5, 8), (8, 8)]


def test_what_is_no_token_is_a_complaint() -> None:
    """The letters that nothing begins with are named with their place."""
    (issue,) = tokens_of("1 # 2")[1]
    assert (issue.message, issue.offset) == ("Syntax error: token recognition error at: '#'", 2)
