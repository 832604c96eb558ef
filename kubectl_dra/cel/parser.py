"""Tokens → syntax tree, by the grammar of `parser/gen/CEL.g4`; complaints in the words of ANTLR and of `parser/parser.go`.

After a complaint it goes on as ANTLR does: with the token that was missing, without the one that was too much, or from the next token
that can follow. Which complaints come after the first may differ from ANTLR's where several things are wrong; what is refused is the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.errors import Issue
from kubectl_dra.cel.lexer import END_OF_TEXT, Token, tokens_of
from kubectl_dra.cel.macros import MacroError, expand
from kubectl_dra.cel.recovery import PRIMARY_STARTS, PRODUCTS, RELATIONS, STARTS, SUMS, Recovering, TooDeep
from kubectl_dra.cel.tree import (
    Call,
    Comprehension,
    Identifier,
    ListLiteral,
    Literal,
    MapEntry,
    MapLiteral,
    MessageLiteral,
    Select,
    children,
)
from kubectl_dra.cel.unescape import UnescapeError, unescaped
from kubectl_dra.cel.values import UInt

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.macros import Macros
    from kubectl_dra.cel.tree import Expression

_RESERVED: Final = frozenset(
    {
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("package", "namespace", "null", "return", "true", "var", "void", "while"),
    }
)
_NUMBERS: Final = frozenset({"NUM_FLOAT", "NUM_INT"})
_MAX_DEPTH: Final = 250
_COUNTED: Final = frozenset({*RELATIONS.values(), *SUMS.values(), *PRODUCTS.values(), "_[_]", "_[?_]", "_?._", "_?_:_"})
_MAX_LENGTH: Final = 100_000
_MAX_INT64: Final = (1 << 63) - 1


class Parsed:
    """A tree, or the issues for which there is none."""

    __slots__ = ("issues", "tree")

    def __init__(self, tree: Expression | None, issues: tuple[Issue, ...]) -> None:
        self.tree = tree
        self.issues = issues


def parse(text: str, macros: Macros, *, escaped_fields: bool) -> Parsed:
    """The tree of an expression; `escaped_fields` says whether fields may stand in backquotes (cel-go 0.27 and later)."""
    if len(text) > _MAX_LENGTH:
        return Parsed(None, (Issue(f"expression code point size exceeds limit: size: {len(text)}, limit {_MAX_LENGTH}", -1),))
    tokens, issues = tokens_of(text)
    parser = _Parser(tokens, issues, macros, escaped_fields=escaped_fields)
    try:
        tree = parser.whole()
    except TooDeep:
        tree = None
    if tree is None or parser.issues:
        return Parsed(None, tuple(parser.issues))
    if len(text) > _MAX_DEPTH and _is_too_deep(tree):
        return Parsed(None, (Issue("max recursion depth exceeded", -1),))
    return Parsed(tree, ())


def _is_too_deep(tree: Expression) -> bool:
    """Whether more operators, fields, indices and methods stand in one another than upstream's parser visits."""
    pending: list[tuple[Expression, int]] = [(tree, 0)]
    while pending:
        node, above = pending.pop()
        depth = above + _is_counted(node)
        if depth > _MAX_DEPTH:
            return True
        pending.extend((part, depth) for part in _written_parts(node))
    return False


def _is_counted(node: Expression) -> bool:
    return isinstance(node, Select | Comprehension) or (isinstance(node, Call) and (node.target is not None or node.function in _COUNTED))


def _written_parts(node: Expression) -> tuple[Expression, ...]:
    """The parts that a text has, without what a macro adds."""
    if not isinstance(node, Comprehension):
        return children(node)
    if node.macro == "bind":
        return node.initial, node.result
    return tuple(part for part in (node.iteration_range, node.predicate, node.transform) if part is not None)


class Factory:
    """Makes nodes with identifiers that no other node of the tree has."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = 0

    def next_id(self) -> int:
        """An identifier that was not given before."""
        self._last += 1
        return self._last


class _Parser(Recovering):
    __slots__ = ("_also", "_depths", "_escaped_fields", "_factory", "_macros")

    def __init__(self, tokens: list[Token], issues: list[Issue], macros: Macros, *, escaped_fields: bool) -> None:
        super().__init__(tokens, issues)
        self._macros = macros
        self._escaped_fields = escaped_fields
        self._factory = Factory()
        self._depths = {"expr": 0, "relation": 0, "calc": 0}
        self._also = ""

    # nodes

    def _call(self, token: Token, function: str, *arguments: Expression, start: int | None = None) -> Expression:
        first = arguments[0].start if start is None else start
        return Call(
            id=self._factory.next_id(),
            start=first,
            end=self.previous_end(),
            position=token.start,
            function=function,
            target=None,
            arguments=arguments,
        )

    def _literal(self, value: object, start: int, end: int) -> Literal:
        return Literal(id=self._factory.next_id(), start=start, end=end, position=start, value=value)

    # grammar

    def whole(self) -> Expression:
        """The whole text as one expression."""
        tree = self._expression()
        self.expect(END_OF_TEXT)
        return tree

    def _expression(self, also: str = "") -> Expression:
        """An expression; `also` is what could stand here besides one, for the complaint that neither does."""
        self._also = also
        self._enter("expr")
        condition = self._disjunction()
        if self.token.kind == "?":
            operator = self.advance()
            accepted = self.within(":", self._disjunction)
            self.expect(":")
            refused = self._expression()
            condition = self._call(operator, "_?_:_", condition, accepted, refused)
        self._depths["expr"] -= 1
        return condition

    def _enter(self, rule: str) -> None:
        """Counts how often a rule of the grammar stands in itself; upstream's `recursionListener`."""
        self._depths[rule] += 1
        if self._depths[rule] > _MAX_DEPTH:
            self.issue(f"expression recursion limit exceeded: {_MAX_DEPTH}", -1)
            raise TooDeep

    def _disjunction(self) -> Expression:
        return self._logical("||", "_||_", self._conjunction)

    def _conjunction(self) -> Expression:
        return self._logical("&&", "_&&_", self._relation)

    def _logical(self, symbol: str, function: str, operand: Callable[[], Expression]) -> Expression:
        terms, operators = [operand()], []
        while self.token.kind == symbol:
            operators.append(self.advance())
            terms.append(operand())
        return self._balanced(function, terms, operators) if operators else terms[0]

    def _balanced(self, function: str, terms: list[Expression], operators: list[Token]) -> Expression:
        """A balanced tree of the terms, as upstream's `balancingLogicManager` builds it."""
        middle = len(operators) // 2
        left = terms[0] if middle == 0 else self._balanced(function, terms[: middle + 1], operators[:middle])
        rest = operators[middle + 1 :]
        right = self._balanced(function, terms[middle + 1 :], rest) if rest else terms[-1]
        return Call(
            id=self._factory.next_id(),
            start=left.start,
            end=right.end,
            position=operators[middle].start,
            function=function,
            target=None,
            arguments=(left, right),
        )

    def _relation(self) -> Expression:
        self._enter("relation")
        node = self._binary("relation", RELATIONS, self._sum)
        self._depths["relation"] -= 1
        return node

    def _sum(self) -> Expression:
        self._enter("calc")
        node = self._binary("calc", SUMS, self._product)
        self._depths["calc"] -= 1
        return node

    def _product(self) -> Expression:
        return self._binary("calc", PRODUCTS, self._unary)

    def _binary(self, rule: str, functions: dict[str, str], operand: Callable[[], Expression]) -> Expression:
        """Operands from left to right; each but the first stands in the rule once more."""
        left = operand()
        while self.token.kind in functions:
            operator = self.advance()
            self._enter(rule)
            left = self._call(operator, functions[operator.kind], left, operand())
            self._depths[rule] -= 1
        return left

    def _unary(self) -> Expression:
        token = self.token
        if token.kind not in {"!", "-"} or (token.kind == "-" and self.next_kind() in _NUMBERS):
            return self._member()
        count = 0
        while self.token.kind == token.kind:
            self.advance()
            count += 1
        if self.token.kind not in STARTS:
            return self._no_operand(token.kind)
        operand = self._member()
        if count % 2 == 0:
            return operand
        return self._call(token, "!_" if token.kind == "!" else "-_", operand, start=token.start)

    def _member(self) -> Expression:
        node = self._primary()
        self._also = ""
        while self.token.kind in {".", "["}:
            node = self._index_of(node) if self.token.kind == "[" else self._field_of(node)
        return node

    def _index_of(self, operand: Expression) -> Expression:
        operator = self.advance()
        optional = self._skipped("?")
        index = self.within("]", lambda: self._expression("?") if not optional else self._expression())
        self.expect("]")
        return self._call(operator, "_[?_]" if optional else "_[_]", operand, index)

    def _field_of(self, operand: Expression) -> Expression:
        operator = self.advance()
        optional = self._skipped("?")
        name = self._field_name(operator)
        if name is None:
            return operand
        if self.token.kind == "(" and not optional and name.kind == "IDENTIFIER":
            return self._method(operand, name)
        field = name.text.strip("`")
        if optional:
            return self._call(operator, "_?._", operand, self._literal(field, name.start, name.end))
        return Select(id=self._factory.next_id(), start=operand.start, end=name.end, position=operator.start, operand=operand, field=field)

    def _field_name(self, operator: Token) -> Token | None:
        """The name behind a dot; None after a complaint."""
        name = self.token
        if name.kind == "ESC_IDENTIFIER":
            if not self._escaped_fields:
                self.issue("unsupported syntax: '`'", name.start)
            return self.advance()
        if name.kind == "IDENTIFIER":
            return self.advance()
        self.recovering = False
        if name.kind in {"true", "false", "null"}:
            self.complain(f"mismatched input '{name.text}' expecting IDENTIFIER")
        else:
            shown = operator.text if name.kind == END_OF_TEXT else operator.text + name.text
            self.complain(f"no viable alternative at input '{shown}'")
        self.recover()
        return None

    def _method(self, target: Expression, name: Token) -> Expression:
        opening = self.advance()
        arguments = self._arguments()
        return self._expanded(name.text, target, arguments, target.start, opening)

    def _function(self, name: str, start: int) -> Expression:
        opening = self.advance()
        arguments = self._arguments()
        return self._expanded(name, None, arguments, start, opening)

    def _expanded(self, name: str, target: Expression | None, arguments: tuple[Expression, ...], start: int, opening: Token) -> Expression:
        call = Call(
            id=self._factory.next_id(),
            start=start,
            end=self.previous_end(),
            position=opening.start,
            function=name,
            target=target,
            arguments=arguments,
        )
        try:
            return expand(call, self._macros, self._factory)
        except MacroError as error:
            self.issue(str(error), error.position)
            return call

    def _arguments(self) -> tuple[Expression, ...]:
        arguments: list[Expression] = []
        if self.token.kind != ")":
            arguments.append(self.within("),", lambda: self._expression(")")))
            while self._skipped(","):
                arguments.append(self.within("),", self._expression))
        self.expect(")")
        return tuple(arguments)

    def _skipped(self, kind: str) -> bool:
        if self.token.kind != kind:
            return False
        self.advance()
        return True

    def _primary(self) -> Expression:
        parse_primary = _PRIMARIES.get(self.token.kind)
        return self._unexpected() if parse_primary is None else parse_primary(self)

    def _unexpected(self) -> Expression:
        """ANTLR drops one token where the next one can begin an expression, and otherwise goes on behind what is missing."""
        token = self.token
        expected = _expected(self._also)
        if self.next_kind() in {*STARTS, *self._also} and token.kind != END_OF_TEXT:
            self.complain(f"extraneous input '{token.text}' {expected}")
            self.advance()
            return self._unary() if self.token.kind in STARTS else self._nothing()
        self.complain(f"mismatched input '{token.text}' {expected}")
        self.recover()
        return self._nothing()

    def _no_operand(self, operator: str) -> Expression:
        """A run of `!` or `-` with nothing behind it."""
        if operator == "!":
            self.complain(f"extraneous input '{self.token.text}' {_expected('')}")
        else:
            self.complain("no viable alternative at input '-'" if self.token.kind == END_OF_TEXT else self._after_minus())
            self.complain(f"mismatched input '{self.token.text}' {_expected('')}")
        self.recover()
        return self._nothing()

    def _after_lone_minus(self) -> Expression:
        """A minus that stands where a literal may, as behind `!`, and no number behind it."""
        if self.token.kind not in STARTS:
            return self._no_operand("-")
        is_word = self.token.kind in {"true", "false", "null"}
        self.complain(f"mismatched input '{self.token.text}' expecting IDENTIFIER" if is_word else self._after_minus())
        return self._member()

    def _after_minus(self) -> str:
        return f"no viable alternative at input '-{self.token.text}'"

    def _nothing(self) -> Expression:
        """What stands for an expression that is missing."""
        return self._literal(None, self.token.start, self.token.start)

    def parenthesized(self) -> Expression:
        """An expression in parentheses."""
        opening = self.advance()
        inner = self.within(")", self._expression)
        self.expect(")")
        return _respanned(inner, opening.start, self.previous_end())

    def name(self) -> Expression:
        """A name, or a call or message that begins with one."""
        start = self.token.start
        dot = self._skipped(".")
        token = self.expect("IDENTIFIER")
        name = "." + token.text if dot else token.text
        if self.token.kind == "{":
            return self._message(name, start)
        node = Identifier(id=self._factory.next_id(), start=start, end=token.end, position=token.start, name=name)
        message = self._qualified_message(node)
        if message is None and token.text in _RESERVED:
            self.issue(f"reserved identifier: {token.text}", start)
            if self.token.kind != "(":
                return self._literal(None, start, token.end)  # no name, as macros see it
        if self.token.kind == "(":
            return self._function(name, start)
        return message or node

    def _qualified_message(self, node: Identifier) -> Expression | None:
        """`a.b.C{…}`, where that is what follows; nothing is consumed where it is not."""
        index, name = self.index, node.name
        while self.tokens[index].kind == "." and self.tokens[index + 1].kind == "IDENTIFIER":
            name += "." + self.tokens[index + 1].text
            index += 2
        if index == self.index or self.tokens[index].kind != "{":
            return None
        self.index = index
        self.token = self.tokens[index]
        return self._message(name, node.start)

    def list_literal(self) -> Expression:
        """A list."""
        opening = self.advance()
        elements: list[Expression] = []
        optional: set[int] = set()
        while self.token.kind not in {"]", ","}:
            if self._skipped("?"):
                optional.add(len(elements))
            elements.append(self.within("],", self._expression))
            if self.token.kind != "," or self.next_kind() in {"]", ","}:
                break
            self.advance()
        trailing = self._skipped(",")
        self.expect("]", "" if trailing else "{']', ','}")
        return ListLiteral(
            id=self._factory.next_id(),
            start=opening.start,
            end=self.previous_end(),
            position=opening.start,
            elements=tuple(elements),
            optional=frozenset(optional),
        )

    def map_literal(self) -> Expression:
        """A map."""
        opening = self.advance()
        entries: list[MapEntry] = []
        while self.token.kind not in {"}", ","}:
            entries.append(self._entry())
            if self.token.kind != "," or self.next_kind() in {"}", ","}:
                break
            self.advance()
        trailing = self._skipped(",")
        self.expect("}", "" if trailing else "{'}', ','}")
        return MapLiteral(
            id=self._factory.next_id(),
            start=opening.start,
            end=self.previous_end(),
            position=opening.start,
            entries=tuple(entries),
        )

    def _entry(self) -> MapEntry:
        optional = self._skipped("?")
        key = self.within(":},", self._expression)
        colon = self.expect(":")
        value = self.within("},", self._expression)
        return MapEntry(
            id=self._factory.next_id(), start=key.start, end=value.end, position=colon.start, key=key, value=value, optional=optional
        )

    def _message(self, name: str, start: int) -> Expression:
        opening = self.advance()
        fields: list[tuple[str, Expression]] = []
        while self.token.kind not in {"}", END_OF_TEXT}:
            self._skipped("?")
            field = self.expect("IDENTIFIER")
            self.expect(":")
            fields.append((field.text, self.within("},", self._expression)))
            if not self._skipped(","):
                break
        self.expect("}")
        return MessageLiteral(
            id=self._factory.next_id(),
            start=start,
            end=self.previous_end(),
            position=opening.start,
            name=name,
            fields=tuple(fields),
        )

    def number(self) -> Expression:
        """A number, with the sign before it."""
        start = self.token.start
        sign = "-" if self._skipped("-") else ""
        if self.token.kind not in _NUMBERS:
            return self._after_lone_minus()
        token = self.advance()
        if token.kind == "NUM_FLOAT":
            double = float(sign + token.text)
            if math.isinf(double):
                self.issue("invalid double literal", start)
            return self._literal(double, start, token.end)
        number = int(sign + token.text, 16 if token.text.startswith("0x") else 10) if _is_short(token) else _MAX_INT64 + 1
        if not -_MAX_INT64 - 1 <= number <= _MAX_INT64:
            self.issue("invalid int literal", start)
        return self._literal(number, start, token.end)

    def unsigned(self) -> Expression:
        """An unsigned number."""
        token = self.advance()
        digits = token.text[:-1]
        number = int(digits, 16 if digits.startswith("0x") else 10) if _is_short(token) else 1 << 64
        if number >= 1 << 64:
            self.issue("invalid uint literal", token.start)
        return self._literal(UInt(number), token.start, token.end)

    def text_literal(self) -> Expression:
        """A text, or bytes."""
        token = self.advance()
        try:
            return self._literal(unescaped(token.text), token.start, token.end)
        except UnescapeError as error:
            self.issue(str(error), token.start)
            return self._literal(token.text, token.start, token.end)

    def constant(self) -> Expression:
        """`true`, `false` or `null`."""
        token = self.advance()
        return self._literal({"true": True, "false": False, "null": None}[token.kind], token.start, token.end)


_PRIMARIES: Final[dict[str, Callable[[_Parser], Expression]]] = {
    "IDENTIFIER": _Parser.name,
    ".": _Parser.name,
    "(": _Parser.parenthesized,
    "[": _Parser.list_literal,
    "{": _Parser.map_literal,
    "-": _Parser.number,
    "NUM_INT": _Parser.number,
    "NUM_FLOAT": _Parser.number,
    "NUM_UINT": _Parser.unsigned,
    "STRING": _Parser.text_literal,
    "BYTES": _Parser.text_literal,
    "true": _Parser.constant,
    "false": _Parser.constant,
    "null": _Parser.constant,
}


def _expected(also: str) -> str:
    """What could stand where an expression is missing, in ANTLR's order."""
    starts = list(PRIMARY_STARTS)
    if also == ")":
        starts.insert(3, "')'")
    if also == "?":
        starts.insert(6, "'?'")
    return f"expecting {{{', '.join(starts)}}}"


def _is_short(token: Token) -> bool:
    return len(token.text.lstrip("0x")) < 64  # noqa: PLR2004 - longer ones fit no 64 bits, and Python refuses to read the longest


def _respanned(node: Expression, start: int, end: int) -> Expression:
    fields = {name: getattr(node, name) for name in node.__struct_fields__}
    return type(node)(**(fields | {"start": start, "end": end}))
