"""The model talks to nobody: its runtime would report on its use if it were let."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import pathlib, triage.model.encoder as encoder
import numpy, onnx, onnxruntime
from onnx import TensorProto, helper
value = helper.make_tensor_value_info
node = helper.make_node("Identity", ["x"], ["y"])
graph = helper.make_graph(
    [node], "g", [value("x", TensorProto.FLOAT, [1])], [value("y", TensorProto.FLOAT, [1])]
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
session = onnxruntime.InferenceSession(model.SerializeToString())
session.run(None, {"x": numpy.zeros(1, numpy.float32)})
"""


@pytest.mark.parametrize("told", [True, False])
def test_p11_the_runtime_of_the_model_reports_on_nothing(tmp_path: Path, told: bool) -> None:
    quiet = {"CI", "ORT_DISABLE_TELEMETRY"}
    environment = {name: value for name, value in os.environ.items() if name not in quiet}
    environment |= {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    if told:
        environment["ORT_DISABLE_TELEMETRY"] = "0"
    subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, timeout=100)
    assert list(tmp_path.rglob("*Microsoft*")) == []
