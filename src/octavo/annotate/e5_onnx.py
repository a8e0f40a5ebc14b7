"""The encoder of multilingual-e5-small as an ONNX model of 8-bit integers, built from its weights.

In: `words`, the rows of the word table of one text, (tokens, 384). Out: `vector`, (1, 384), of length 1.
One text a run, without padding and mask: 8-bit arithmetic scales its numbers by the largest one it meets, so in a batch a text's
vector would depend on its neighbours (cosine to itself down to .995), while for a headline with its lead a batch saves no time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from octavo.annotate.e5_weights import Weights

LARGEST = 63
"""Of a quantised weight. Processors without VNNI add two products in 16 bits, which full 8-bit weights would overflow."""

_OPSET = 20
_IR_VERSION = 9
_FLOAT = 1  # onnx.TensorProto.FLOAT


def encoder(weights: Weights, progress: Callable[[float], None]) -> bytes:
    """The model's bytes; the same weights give the same bytes. Tells `progress` the share done after every layer."""
    graph = _Graph()
    state = _start(graph, weights)
    for layer in range(weights.layers):
        state = _layer(graph, weights, f"l{layer}.", state)
        progress((layer + 1) / weights.layers)
    mean = graph.node("ReduceMean", state, graph.constant("rows", np.array([0])), keepdims=1)
    graph.node("LpNormalization", mean, name="vector", axis=1, p=2)
    return graph.model(weights.hidden)


class _Graph:
    """Collects nodes and constants; every method gives the name of what it made."""

    def __init__(self) -> None:
        import onnx

        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operation: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        return self.nodes(operation, *inputs, names=[name or f"n{len(self._nodes)}"], **attributes)[0]

    def nodes(self, operation: str, *inputs: str, names: list[str], **attributes: Any) -> list[str]:
        self._nodes.append(self._onnx.helper.make_node(operation, inputs, names, **attributes))
        return names

    def model(self, width: int) -> bytes:
        helper = self._onnx.helper
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("words", _FLOAT, ["tokens", width])],
            [helper.make_tensor_value_info("vector", _FLOAT, [1, width])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        return bytes(model.SerializeToString(deterministic=True))


def _start(graph: _Graph, weights: Weights) -> str:
    """Word rows + position rows + the row of the only token type, normalised."""
    places = weights.vector("emb.pos").reshape(-1, weights.hidden) + weights.vector("emb.type")[: weights.hidden]
    first = graph.constant("first", np.array([0]))
    tokens = graph.node("Shape", "words", start=0, end=1)
    placed = graph.node("Add", "words", graph.node("Slice", graph.constant("places", places), first, tokens, first))
    return _normalised(graph, weights, "emb.ln", placed)


def _layer(graph: _Graph, weights: Weights, layer: str, state: str) -> str:
    """One layer of BERT (Devlin et al. 2019): attention, then feed-forward, each added to what came in and normalised."""
    # One product for query, key and value instead of three.
    joined = _product(graph, weights, layer + "qkv", [layer + part for part in "qkv"], state, weights.hidden)
    query, key, value = graph.nodes("Split", joined, names=[layer + part for part in "qkv"], axis=1, num_outputs=3)
    size = weights.hidden // weights.heads
    by_head = graph.constant(layer + "by_head", np.array([0, weights.heads, size]))

    def heads(part: str, order: list[int]) -> str:
        return graph.node("Transpose", graph.node("Reshape", part, by_head), perm=order)

    scale = graph.constant(layer + "scale", np.array(size**-0.5, np.float32))
    match = graph.node("Mul", graph.node("MatMul", heads(query, [1, 0, 2]), heads(key, [1, 2, 0])), scale)
    seen = graph.node("MatMul", graph.node("Softmax", match, axis=-1), heads(value, [1, 0, 2]))
    flat = graph.constant(layer + "flat", np.array([0, weights.hidden]))
    seen = graph.node("Reshape", graph.node("Transpose", seen, perm=[1, 0, 2]), flat)
    attention = _product(graph, weights, layer + "ao", [layer + "ao"], seen, weights.hidden)
    state = _normalised(graph, weights, layer + "aln", graph.node("Add", attention, state))
    inner = graph.node("Gelu", _product(graph, weights, layer + "fi", [layer + "fi"], state, weights.hidden))
    # Few tokens have by far the largest inner numbers. One scale for all would cost more precision here than all other products
    # together: cosine to the exact vector .9966 instead of .9987.
    outer = _product(graph, weights, layer + "fo", [layer + "fo"], inner, weights.inner, by_token=True)
    return _normalised(graph, weights, layer + "oln", graph.node("Add", outer, state))


def _normalised(graph: _Graph, weights: Weights, name: str, state: str) -> str:
    scale = graph.constant(name + ".w", weights.vector(name + ".w"))
    bias = graph.constant(name + ".b", weights.vector(name + ".b"))
    return graph.node("LayerNormalization", state, scale, bias, axis=-1, epsilon=weights.epsilon)


def _product(graph: _Graph, weights: Weights, name: str, parts: list[str], state: str, columns: int, by_token: bool = False) -> str:
    """state · matrixᵀ + bias in 8-bit integers: a scale for each row of the matrix, and one for `state` or for each of its tokens."""
    matrix = np.concatenate([weights.matrix(part + ".w", columns) for part in parts])
    bias = np.concatenate([weights.vector(part + ".b") for part in parts])
    scales = np.abs(matrix).max(axis=1) / LARGEST
    rows = graph.constant(name + ".w", np.rint(matrix / scales[:, None]).astype(np.int8).T)
    zeros = graph.constant(name + ".z", np.zeros(len(scales), np.int8))
    factors = graph.constant(name + ".s", scales.astype(np.float32))
    states, scale, zero = (_quantised_by_token if by_token else _quantised)(graph, name, state)
    product = graph.node("Cast", graph.node("MatMulInteger", states, rows, zero, zeros), to=_FLOAT)
    if by_token:  # in this order, because onnxruntime fuses the other one as if `scale` were a single number
        scaled = graph.node("Mul", graph.node("Mul", product, scale), factors)
    else:
        scaled = graph.node("Mul", product, graph.node("Mul", scale, factors))
    return graph.node("Add", scaled, graph.constant(name + ".b", bias))


def _quantised(graph: _Graph, name: str, state: str) -> list[str]:
    """`state` in 8 bits, its scale, its zero."""
    return graph.nodes("DynamicQuantizeLinear", state, names=[f"{name}.{what}" for what in ("state", "scale", "zero")])


def _quantised_by_token(graph: _Graph, name: str, state: str) -> list[str]:
    """As `_quantised`, with a scale for each token."""
    peak = graph.node("ReduceMax", graph.node("Abs", state), graph.constant(name + ".last", np.array([-1])), keepdims=1)
    scale = graph.node("Mul", peak, graph.constant(name + ".step", np.array(1 / 127, np.float32)))
    zero = graph.constant(name + ".zero", np.array(128, np.uint8))
    one = graph.constant(name + ".one", np.array(1, np.float32))
    return [graph.node("QuantizeLinear", graph.node("Div", state, scale), one, zero), scale, zero]
