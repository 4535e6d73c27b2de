"""Writes an ONNX graph with the weights of its products in 8 bits, by onnxruntime's own dynamic quantisation: what
people load as `q8`. Each channel has its own scale: with one for all, vectors are much less like those of f32.

usage: quantise_onnx.py IN.onnx OUT.onnx
"""

import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

if __name__ == "__main__":
    quantize_dynamic(*sys.argv[1:], weight_type=QuantType.QInt8, per_channel=True)
