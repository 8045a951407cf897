"""Where a Rust file can be changed, and how: source text in, mutants out. Touches no file."""

import re
from dataclasses import dataclass

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_rust.language()))

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
LOGIC = {"&&": "||", "||": "&&"}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "&": "|", "|": "&", "<<": ">>", ">>": "<<"}
ASSIGNMENTS = {"+=": "-=", "-=": "+=", "|=": "&=", "&=": "|="}
METHODS = {
    "min": "max",
    "max": "min",
    "is_some": "is_none",
    "is_none": "is_some",
    "is_ok": "is_err",
    "is_err": "is_ok",
    "any": "all",
    "all": "any",
    "is_some_and": "is_none_or",
    "is_none_or": "is_some_and",
    "first": "last",
    "last": "first",
    "starts_with": "ends_with",
    "ends_with": "starts_with",
    "saturating_sub": "saturating_add",
    "saturating_add": "saturating_sub",
}
# Methods whose closure decides something.
DECIDES = {"filter", "retain", "take_while", "skip_while", "find", "position", "rposition", "partition", "any", "all"}
# Never evaluated when the program runs, or where no expression may stand.
CONSTANT = {"const_item", "static_item", "array_type", "attribute_item", "inner_attribute_item", "token_tree"}
PATTERNS = {"match_pattern", "tuple_struct_pattern", "or_pattern", "range_pattern", "tuple_pattern", "slice_pattern"}


@dataclass(frozen=True)
class Mutant:
    """Bytes `start..end` of a file, and what stands there instead when the mutant is switched on.

    In `new`, `{on}` is whether it is, and `{old}` what would stand there otherwise, which holds the
    switches of the mutants within.
    """

    file: str
    line: int
    start: int
    end: int
    what: str
    new: str


def find(file: str, source: bytes) -> list[Mutant]:
    """All mutants of one file, in the order of their places."""
    found: list[Mutant] = []
    visit(PARSER.parse(source).root_node, file, found)
    return sorted(found, key=lambda m: (m.start, -m.end, m.what))


def visit(node: Node, file: str, found: list[Mutant]) -> None:
    if node.type in CONSTANT or is_test(node) or is_const_fn(node):
        return
    for start, end, what, new in mutants(node):
        found.append(Mutant(file, node.start_point.row + 1, start, end, what, new))
    for child in node.children:
        # A pattern is no expression, but the guard of a match arm is.
        if node.type == "match_arm" and child.type == "match_pattern":
            guard = child.child_by_field_name("condition")
            if guard is not None:
                visit(guard, file, found)
        elif not is_pattern(child):
            visit(child, file, found)


def mutants(node: Node):
    """Those of one node, without those within: start, end, what, new."""
    whole = (node.start_byte, node.end_byte)
    kind = node.type
    if kind == "binary_expression":
        yield from binary(node, whole)
    elif kind == "compound_assignment_expr":
        sign = text(node.child_by_field_name("operator"))
        if sign in ASSIGNMENTS:
            left, right = text(node.child_by_field_name("left")), text(node.child_by_field_name("right"))
            new = f"if {{on}} {{{{ {braced(left)} {ASSIGNMENTS[sign]} {braced(right)}; }}}} else {{{{ {{old}}; }}}}"
            yield *whole, f"`{sign}` becomes `{ASSIGNMENTS[sign]}`", new
    elif kind == "if_expression":
        condition = node.child_by_field_name("condition")
        yield from negated(condition, "the condition is negated")
    elif kind == "integer_literal":
        yield from integer(node, whole)
    elif kind == "boolean_literal":
        yield *whole, f"`{text(node)}` is negated", "({on} != {old})"
    elif kind == "identifier" and re.fullmatch(r"[A-Z][A-Z0-9_]+", text(node)) and is_value(node):
        yield *whole, f"`{text(node)}` is one more", switch(f"({text(node)} + 1)")
        yield *whole, f"`{text(node)}` is one less", switch(f"({text(node)} - 1)")
    elif kind == "call_expression":
        yield from call(node, whole)
    elif kind == "expression_statement":
        yield from statement(node, whole)
    elif kind == "function_item":
        yield from function(node)
    elif kind == "match_arm":
        guard = node.child_by_field_name("pattern").child_by_field_name("condition")
        if guard is not None:
            yield from negated(guard, "the guard is negated")


def binary(node: Node, whole):
    sign = text(node.child_by_field_name("operator"))
    left, right = text(node.child_by_field_name("left")), text(node.child_by_field_name("right"))
    for table in (COMPARISONS, LOGIC, ARITHMETIC):
        if sign in table:
            new = f"{braced(left)} {table[sign]} {braced(right)}"
            yield *whole, f"`{sign}` becomes `{table[sign]}`", switch(new)


def integer(node: Node, whole):
    if node.parent.type == "field_expression":
        return
    number = text(node)
    digits = re.fullmatch(r"([0-9_]+)([iu](?:8|16|32|64|128|size))?", number)
    if digits:
        value, suffix = int(digits[1].replace("_", "")), digits[2] or ""
        yield *whole, f"{number} becomes {value + 1}", switch(f"{value + 1}{suffix}")
        if value > 0:
            yield *whole, f"{number} becomes {value - 1}", switch(f"{value - 1}{suffix}")


def call(node: Node, whole):
    called = node.child_by_field_name("function")
    if called.type != "field_expression":
        return
    field = called.child_by_field_name("field")
    name, receiver = text(field), called.child_by_field_name("value")
    tail = slice_of(node, field.end_byte, node.end_byte)
    if name in METHODS:
        new = f"{braced(text(receiver))}.{braced(METHODS[name] + tail)}"
        yield *whole, f"`{name}` becomes `{METHODS[name]}`", switch(new)
    if name == "rev":
        # Both ways round have one type only as a list.
        new = (
            f"(if {{on}} {{{{ {braced(text(receiver))}.collect::<Vec<_>>() }}}} "
            "else {{ {old}.collect::<Vec<_>>() }}).into_iter()"
        )
        yield *whole, "`rev` is left out", new
    if name in DECIDES:
        for argument in node.child_by_field_name("arguments").named_children:
            body = argument.child_by_field_name("body") if argument.type == "closure_expression" else None
            if body is not None:
                yield from negated(body, f"the closure of `{name}` is negated")


def negated(node: Node, what: str):
    if node.type in ("let_condition", "let_chain"):
        return
    # Of these there is the opposite already.
    if node.type == "binary_expression" and text(node.child_by_field_name("operator")) in ("==", "!="):
        return
    yield node.start_byte, node.end_byte, what, "({on} != ({old}))"


def statement(node: Node, whole):
    inner = node.named_children[0]
    if not text(node).endswith(";"):
        return
    is_method = (
        inner.type == "call_expression" and inner.child_by_field_name("function").type == "field_expression"
    )
    if is_method or inner.type in ("assignment_expression", "compound_assignment_expr"):
        yield *whole, "the statement is left out", "if !{on} {{ {old} }}"


def function(node: Node):
    body, returned = node.child_by_field_name("body"), node.child_by_field_name("return_type")
    if body is None or node.child_by_field_name("name").text in (b"main", b"default"):
        return
    at = body.start_byte + 1
    for value in values(text(returned) if returned else "()"):
        yield at, at, f"the function returns `{value}` at once", f" if {{on}} {{{{ return {value}; }}}} "


def values(returned: str) -> list[str]:
    """What a function may return in place of a result."""
    if returned in ("()", ""):
        return ["()"]
    if returned == "bool":
        return ["true", "false"]
    if re.match(r"(io::|std::io::)?Result<", returned):
        return ["Ok(Default::default())"]
    if returned == "Self" or returned.startswith("impl ") or returned == "!":
        return []
    return ["Default::default()"]


def switch(new: str) -> str:
    return f"(if {{on}} {{{{ {new} }}}} else {{{{ {{old}} }}}})"


def braced(code: str) -> str:
    """Code as it must stand in a template."""
    return code.replace("{", "{{").replace("}", "}}")


def text(node: Node) -> str:
    return node.text.decode()


def slice_of(node: Node, start: int, end: int) -> str:
    return node.text[start - node.start_byte : end - node.start_byte].decode()


def is_test(node: Node) -> bool:
    """Whether the attributes before an item say that it is only there in tests."""
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment"):
        if re.search(r"cfg\(test\)|#\[test\]", text(before)):
            return True
        before = before.prev_named_sibling
    return False


def is_const_fn(node: Node) -> bool:
    return node.type == "function_item" and any(
        child.type == "function_modifiers" and b"const" in child.text for child in node.children
    )


def is_pattern(node: Node) -> bool:
    return node.type in PATTERNS or (
        node.parent.type in ("let_declaration", "let_condition", "for_expression", "parameter", "closure_parameters")
        and node.parent.child_by_field_name("pattern") == node
    )


def is_value(node: Node) -> bool:
    """Whether a name stands for a value, not in a path, a pattern or a field."""
    return node.parent.type in (
        "binary_expression",
        "arguments",
        "range_expression",
        "compound_assignment_expr",
        "let_declaration",
        "type_cast_expression",
    )
