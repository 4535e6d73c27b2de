"""Makes `tests/fixtures/tiny-bert`: a BERT of two blocks, 32 wide, with random weights.

It has all that a real checkpoint has (tensor names, tokenizer, pooler) and can be run in seconds where the
default backbone takes minutes: WebGPU in software. It knows no language; only its numbers matter.

    python tests/python/make_tiny.py [--check]
"""

import argparse
import hashlib
import json
import string
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures"
FOLDER = "tiny-bert"
CATALOGUE = "tiny-backbones.json"

SEED = 20240607
WIDE, BLOCKS, HEADS, INNER, POSITIONS = 32, 2, 2, 64, 512
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ENDINGS = "s es ed ing ly er est ion tion ment ness able ful less ity al ous ive en th".split()
WORDS = """
a about above account across act add address after again against ago agree air all allow almost alone along
already also always am among an and animal another answer any anyone anything app apology appear apple are area
arm around arrive art as ask at away baby back bad bag bank be bear beautiful because become bed been before
began begin behind being believe best better between big bill bird bit black blue board boat body book both box
boy bread break bring brother brown build business but button buy by call came can cancel car card care carry
case cat catch cause center certain chair chance change charge check child choose city class clean clear click
close cloth coat code coffee cold color come common company compare complete computer contact continue cook cool
copy cost could count country course cover cream create credit cross cry cup customer cut dad dark data date day
dear decide deep delay delete delivery detail did die differ different dinner direct do doctor does dog done door
down draw dress drink drive drop dry during each ear early earth east easy eat edge egg eight either else email
end energy enough enter error even evening ever every everyone example exact exercise expect explain eye face
fact fall false family far farm fast father favorite fear feel feet few field fifth file fill find fine finger
finish fire first fish fit five fix fly follow food foot for force forget form found four free friday friend from
front fruit full fun game garden gave get girl give glad glass go gold gone good got great green ground group
grow guess had hair half hand happen happy hard has hat have he head hear heart heat heavy hello help her here
hi high him his hold home hope horse hot hour house how however hundred i ice idea if important in include inside
instead interest into invoice is island it item its job join jump just keep key kind king kitchen knew know lady
lake land language large last late later laugh law lead learn least leave left leg lend length less let letter
level lie life light like line list listen little live local lock log long look lost lot love low machine made
mail main make man many map mark market may maybe me mean meet meeting menu message middle might mile milk mind
mine minute miss model moment monday money month moon more morning most mother mountain mouth move much music
must my name near need never new news next nice night no none noon nor north not note nothing notice now number
object of off offer office often oh oil old on once one online only open option or orange order other our out
over own package page paid paint pair paper parent part party pass password past path pay people perhaps period
person phone picture piece place plain plan plant play please point policy poor possible post pound power press
price print problem product program promise prompt public pull put question quick quiet quite race rain read
ready real reason receipt receive recipe red refund remember repeat reply report request reset response rest
result return review rice rich right river road rock room round rule run safe said salt same sand save saw say
school score sea second see seem seen self sell send sense sent sentence serve service set seven several shall
she ship shoe shop short should show shut side sign simple since sing sister sit site six size skin sleep slow
small snow so soft some someone song soon sorry sound south space speak special stand star start state stay step
still stone stop store story street strong study such sugar summer sun sure table take talk tall tea teach team
tell ten test text than thank thanks that the their them then there these they thing think third this those
though thought three through ticket time tire to today together told tomorrow tonight too took top total touch
toward town train travel tree true try turn twenty two type under until up update upon us use user usual very
visit voice wait walk wall want war warm was wash watch water way we wear weather week well went were west what
wheel when where whether which while white who whole why wide wife will wind window winter wish with without
woman wonder wood word work world worry would write wrong year yellow yes yet you young your zero
""".split()


def vocabulary() -> list[str]:
    """Every token; its place is its id. Single characters spell whatever is not a whole word."""
    characters = [*string.ascii_lowercase, *string.digits]
    parts = [f"##{part}" for part in [*characters, *ENDINGS]]
    return list(dict.fromkeys([*SPECIALS, *string.punctuation, *characters, *parts, *WORDS]))


def tokenizer(tokens: list[str]) -> Tokenizer:
    """WordPiece behind BERT's uncased normaliser, as the default backbone's."""
    ids = {token: place for place, token in enumerate(tokens)}
    made = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, ids[token]) for token in ("[CLS]", "[SEP]")],
    )
    made.add_special_tokens(SPECIALS)
    return made


def tensors(vocab: int) -> dict[str, np.ndarray]:
    """Random weights, large enough (0.3) that attention is uneven and outputs differ visibly."""
    generator = np.random.default_rng(SEED)

    def normal(*shape: int, mean: float = 0.0, std: float = 0.3) -> np.ndarray:
        return (mean + std * generator.standard_normal(shape)).astype(np.float32)

    made: dict[str, np.ndarray] = {}

    def linear(name: str, inputs: int, outputs: int):
        made[f"{name}.weight"], made[f"{name}.bias"] = normal(outputs, inputs), normal(outputs, std=0.1)

    def norm(name: str):
        made[f"{name}.weight"], made[f"{name}.bias"] = normal(WIDE, mean=1.0, std=0.1), normal(WIDE, std=0.1)

    for name, rows in (("word", vocab), ("position", POSITIONS), ("token_type", 2)):
        made[f"embeddings.{name}_embeddings.weight"] = normal(rows, WIDE)
    norm("embeddings.LayerNorm")
    for block in range(BLOCKS):
        layer = f"encoder.layer.{block}"
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.self.{part}", WIDE, WIDE)
        linear(f"{layer}.attention.output.dense", WIDE, WIDE)
        norm(f"{layer}.attention.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", WIDE, INNER)
        linear(f"{layer}.output.dense", INNER, WIDE)
        norm(f"{layer}.output.LayerNorm")
    linear("pooler.dense", WIDE, WIDE)
    return made


def config(vocab: int) -> dict:
    """`config.json`, with the fields of the default backbone's."""
    return {
        "architectures": ["BertModel"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": WIDE,
        "initializer_range": 0.02,
        "intermediate_size": INNER,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": POSITIONS,
        "model_type": "bert",
        "num_attention_heads": HEADS,
        "num_hidden_layers": BLOCKS,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "type_vocab_size": 2,
        "vocab_size": vocab,
    }


def card(folder: Path) -> dict:
    """What a catalogue like `public/backbones.json` says of the fixture."""
    files = {}
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        content = (folder / name).read_bytes()
        files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {
        "id": "reward-studio/tiny-bert",
        "name": "Tiny BERT",
        "family": "bert",
        "folder": f"models/{FOLDER}",
        "licence": "MIT OR Apache-2.0",
        "hidden": WIDE,
        "layers": BLOCKS,
        "files": files,
    }


def make(fixtures: Path):
    """Write the checkpoint's folder and its catalogue."""
    folder = fixtures / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tokens = vocabulary()
    (folder / "config.json").write_text(json.dumps(config(len(tokens)), indent=2) + "\n", encoding="utf-8")
    tokenizer(tokens).save(str(folder / "tokenizer.json"), pretty=False)
    weights = folder / "model.safetensors"
    save_file(tensors(len(tokens)), weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # the library lets only the owner read it
    (fixtures / CATALOGUE).write_text(json.dumps([card(folder)], indent=2) + "\n", encoding="utf-8")


def stale() -> list[str]:
    """Names of checked-in files that this script would write differently."""
    with tempfile.TemporaryDirectory() as fresh:
        make(Path(fresh))
        made = sorted(path.relative_to(fresh) for path in Path(fresh).rglob("*") if path.is_file())
        return [
            str(path)
            for path in made
            if not (FIXTURES / path).is_file() or (FIXTURES / path).read_bytes() != (Path(fresh) / path).read_bytes()
        ]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare with what is checked in; write nothing")
    if arguments.parse_args().check:
        if names := stale():
            sys.exit(f"Not current: {', '.join(names)}. Run `python tests/python/make_tiny.py`.")
    else:
        make(FIXTURES)
