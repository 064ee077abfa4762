"""The routes as the server describes them, so that a new one is attacked by itself."""

import re

METHODS = ("get", "post", "put", "patch", "delete")


class Route:
    """One operation of the description."""

    def __init__(self, document, method, path, operation, shared):
        self.document, self.method, self.path, self.operation = document, method.upper(), path, operation
        self.parameters = [self.resolved(one) for one in [*shared, *operation.get("parameters", [])]]

    def __str__(self):
        return f"{self.method} {self.path}"

    @property
    def is_open(self):
        """Whether it asks for no key."""
        return self.operation.get("security", self.document["security"]) == []

    @property
    def is_hidden(self):
        """Whether it is there for administrators alone."""
        return self.path.split("/")[1] in ("admin", "metrics")

    @property
    def scopes(self):
        """The scopes that open it to a key that has one of them, as README and help tell."""
        if self.is_hidden:
            return {"admin"}
        if self.path.endswith("/export"):
            return {"export"}
        return {"read", "chat"} if self.method == "GET" else {"chat"}

    @property
    def words(self):
        return re.findall(r"{(\w+)}", self.path)

    def target(self, ids):
        """The path with an id for every parameter."""
        return re.sub(r"{(\w+)}", lambda match: str(ids[match[1]]), self.path)

    def texts_of_query(self):
        """Parameters of the query that may hold any text, and so an id."""
        for parameter in self.parameters:
            if parameter["in"] == "query" and "string" in kinds(self.resolved(parameter["schema"])):
                yield parameter["name"]

    @property
    def content_type(self):
        """What kind of body it takes, or `None`."""
        return next(iter(self.resolved(self.operation.get("requestBody") or {}).get("content", {})), None)

    @property
    def schema(self):
        content = self.resolved(self.operation.get("requestBody") or {}).get("content", {})
        return self.resolved(content.get("application/json", {}).get("schema") or {})

    def body(self):
        """The least body that is valid, or `None` for a route without one."""
        if self.content_type is None:
            return None
        return {} if self.content_type != "application/json" else self.example(self.schema)

    def texts_of_body(self):
        """Members of the body that may hold any text, and so an id."""
        for name, schema in self.schema.get("properties", {}).items():
            if "string" in kinds(self.resolved(schema)):
                yield name

    def resolved(self, value):
        """What a reference stands for."""
        while isinstance(value, dict) and "$ref" in value:
            target = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = target
        return value

    def example(self, schema):
        schema = self.resolved(schema)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self.example(schema[choice][0])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind = sorted(kinds(schema) - {"null"}, key=["object", "array", "string", "integer", "number", "boolean"].index)
        if not kind or kind[0] == "object":
            needed = schema.get("required") or list(schema.get("properties", {}))[: schema.get("minProperties", 0)]
            return {name: self.example(schema["properties"][name]) for name in needed}
        if kind[0] == "array":
            return [self.example(schema["items"])] if schema.get("minItems") else []
        return {"string": "x", "integer": schema.get("minimum", 1), "number": 1, "boolean": False}[kind[0]]


def kinds(schema):
    """The types that a schema allows, without a look into its references."""
    told = schema.get("type", [])
    found = set(told if isinstance(told, list) else [told])
    for choice in schema.get("anyOf", []) + schema.get("oneOf", []):
        found |= kinds(choice)
    return set() if "enum" in schema else found


def routes(document):
    """Every operation, in the order of the description."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                yield Route(document, method, path, operation, operations.get("parameters", []))


def described(world):
    answer = world.anyone.get("/openapi.json")
    assert answer.status == 200, answer
    return list(routes(answer.json()))
