"""The messages of ML Metadata that are read here, with its published field numbers.

They are built when this is imported, in a descriptor pool of their own: generated code would demand
one major version of protobuf, and clash with an installed `ml_metadata`. Fields that are not read
are left out; protobuf skips them. https://github.com/google/ml-metadata, proto/metadata_store.proto
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from ...http.strict_json import JsonDict

_PACKAGE = "ml_metadata"
_Field = descriptor_pb2.FieldDescriptorProto

#: By message: field name, number, type. ``[]`` repeats; ``{}`` maps from text; other types than
#: those of `_SCALARS` are messages of this table.
_MESSAGES: dict[str, tuple[tuple[str, int, str], ...]] = {
    # google.protobuf.Struct, ListValue and Value, which are the same on the wire.
    "Struct": (("fields", 1, "{}Json"),),
    "List": (("values", 1, "[]Json"),),
    "Json": (
        ("null_value", 1, "int32?"),
        ("number_value", 2, "double?"),
        ("string_value", 3, "string?"),
        ("bool_value", 4, "bool?"),
        ("struct_value", 5, "Struct?"),
        ("list_value", 6, "List?"),
    ),
    "Value": (
        ("int_value", 1, "int64?"),
        ("double_value", 2, "double?"),
        ("string_value", 3, "string?"),
        ("struct_value", 4, "Struct?"),
        ("bool_value", 6, "bool?"),
    ),
    "Context": (
        ("id", 1, "int64"),
        ("type_id", 2, "int64"),
        ("name", 3, "string"),
        ("custom_properties", 5, "{}Value"),
        ("type", 6, "string"),
    ),
    "Execution": (
        ("id", 1, "int64"),
        ("last_known_state", 3, "int32"),
        ("custom_properties", 5, "{}Value"),
        ("name", 6, "string"),
        ("type", 7, "string"),
    ),
    "Artifact": (
        ("id", 1, "int64"),
        ("uri", 3, "string"),
        ("properties", 4, "{}Value"),
        ("custom_properties", 5, "{}Value"),
        ("name", 7, "string"),
        ("type", 8, "string"),
    ),
    "Step": (("index", 1, "int64?"), ("key", 2, "string?")),
    "Path": (("steps", 1, "[]Step"),),
    "Event": (
        ("artifact_id", 1, "int64"),
        ("execution_id", 2, "int64"),
        ("path", 3, "Path"),
        ("type", 4, "int32"),
        ("milliseconds_since_epoch", 5, "int64"),
    ),
    "Options": (("max_result_size", 1, "int32"), ("next_page_token", 3, "string")),
    "GetContextByTypeAndNameRequest": (("type_name", 1, "string"), ("context_name", 2, "string")),
    "GetContextByTypeAndNameResponse": (("context", 1, "Context"),),
    "GetExecutionsByContextRequest": (("context_id", 1, "int64"), ("options", 2, "Options")),
    "GetExecutionsByContextResponse": (
        ("executions", 1, "[]Execution"),
        ("next_page_token", 2, "string"),
    ),
    "GetArtifactsByContextRequest": (("context_id", 1, "int64"), ("options", 2, "Options")),
    "GetArtifactsByContextResponse": (
        ("artifacts", 1, "[]Artifact"),
        ("next_page_token", 2, "string"),
    ),
    "GetEventsByExecutionIDsRequest": (("execution_ids", 1, "[]int64"),),
    "GetEventsByExecutionIDsResponse": (("events", 1, "[]Event"),),
}

_SCALARS = {
    "bool": _Field.TYPE_BOOL,
    "double": _Field.TYPE_DOUBLE,
    "int32": _Field.TYPE_INT32,  # enums, too: the same on the wire
    "int64": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
}


def _build() -> JsonDict:
    """Return the message classes by name."""
    file = descriptor_pb2.FileDescriptorProto(
        name="jupyter_kfp_auth/metadata_store.proto", package=_PACKAGE, syntax="proto2"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if any(kind.endswith("?") for _, _, kind in fields):
            message.oneof_decl.add(name="value")
        for field, number, kind in fields:
            _add(message, field, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return {
        name: _class(pool, pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES
    }


def _add(message: descriptor_pb2.DescriptorProto, name: str, number: int, kind: str) -> None:
    field = message.field.add(name=name, number=number, label=_Field.LABEL_OPTIONAL)
    base = kind.strip("[]{}?")
    if kind.endswith("?"):
        field.oneof_index = 0
    if kind.startswith(("[]", "{}")):
        field.label = _Field.LABEL_REPEATED
    if kind.startswith("{}"):
        entry = "".join(part.capitalize() for part in name.split("_")) + "Entry"
        nested = message.nested_type.add(name=entry)
        nested.options.map_entry = True
        _add(nested, "key", 1, "string")
        _add(nested, "value", 2, base)
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{message.name}.{entry}"
    elif base in _SCALARS:
        field.type = _SCALARS[base]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{base}"


def _class(pool: Any, descriptor: Any) -> Any:
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    factory: Any = message_factory.MessageFactory  # before protobuf 4.22
    return factory(pool).GetPrototype(descriptor)


MESSAGES = _build()
