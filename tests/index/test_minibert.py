"""The numpy encoder against sentence-transformers and transformers, on the real model."""

import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from transformers import BertModel

from index.minibert import BertTrunk, MiniBertEncoder, load_tokenizer, supports
from index.minibert.weights import StoredRows, read_tensors, widened
from index.models import DEFAULT_MODEL, model_folder

MODEL = model_folder(DEFAULT_MODEL)
ODD = [
    "",
    " ",
    "\n\t \r",
    "\x00\x01\x7f",
    "\x1c a\x85b \u2028",
    "What is BERT?",
    "naïve café, Ångström, İstanbul, ﬁne, ſ",
    "🎉👩‍👩‍👧‍👦🏳️‍🌈",
    "漢字とかな 한국어",
    "مرحبا שלום नमस्ते",
    "[CLS] a [SEP] b [MASK] [PAD] [UNK]",
    "x" * 300,
    "e\u0301 \u200b\u200d\ufeff\ufffd",
    "word " * 400,
]
TEXTS = st.one_of(st.text(max_size=60), st.text(max_size=400), st.sampled_from(ODD))


@pytest.fixture(scope="session")
def encoder() -> MiniBertEncoder:
    return MiniBertEncoder.load(MODEL)


@pytest.fixture(scope="session")
def reference() -> SentenceTransformer:
    return SentenceTransformer(str(MODEL), device="cpu")


@pytest.fixture(scope="session")
def bert() -> BertModel:
    model: Any = BertModel.from_pretrained(str(MODEL))
    return cast(BertModel, model.eval())


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the model folder whose weights are a link."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("model.safetensors"))
    (folder / "model.safetensors").symlink_to(MODEL / "model.safetensors")
    return folder


def edit(path: Path, **changes: Any) -> None:
    """Set keys of a JSON file; None as a value stays None."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def expected(model: SentenceTransformer, texts: list[str]) -> np.ndarray:
    return model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def stored_as(folder: Path, dtype: torch.dtype) -> Path:
    weights = load_file(MODEL / "model.safetensors")
    path = folder / "model.safetensors"
    path.unlink()
    changed = {k: v.to(dtype) if v.is_floating_point() else v for k, v in weights.items()}
    save_file(changed, path)
    return path


def test_odd_texts_equal_sentence_transformers(
    encoder: MiniBertEncoder, reference: SentenceTransformer
) -> None:
    np.testing.assert_allclose(encoder.encode(ODD), expected(reference, ODD), atol=2e-6)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
@example(texts=["", "a", "long " * 300])
def test_any_texts_equal_sentence_transformers(
    encoder: MiniBertEncoder, reference: SentenceTransformer, texts: list[str]
) -> None:
    found = encoder.encode(texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected(reference, texts), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("words", [253, 254, 255, 256, 257, 300, 600])
def test_long_texts_are_cut_where_sentence_transformers_cuts(
    encoder: MiniBertEncoder, reference: SentenceTransformer, words: int
) -> None:
    text = " ".join(("red", "green", "blue")[i % 3] for i in range(words)) + " unlike the rest"
    assert len(encoder.tokenizer.encode(text).ids) == 256 or words < 254
    np.testing.assert_allclose(encoder.encode([text]), expected(reference, [text]), atol=1e-5)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=2, max_size=12), random=st.randoms())
def test_a_row_does_not_depend_on_its_batch_or_order(
    encoder: MiniBertEncoder, texts: list[str], random: Any
) -> None:
    alone = np.vstack([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-6)
    order = random.sample(range(len(texts)), len(texts))
    np.testing.assert_allclose(encoder.encode([texts[i] for i in order]), alone[order], atol=1e-6)


def test_no_texts_give_no_rows(encoder: MiniBertEncoder) -> None:
    assert encoder.dimension == 384
    assert encoder.encode([]).shape == (0, 384)


def test_one_string_and_half_a_surrogate_pair_are_refused(encoder: MiniBertEncoder) -> None:
    with pytest.raises(ValueError, match="not one string"):
        encoder.encode("a question")
    with pytest.raises(ValueError, match="Unicode"):
        encoder.encode(["\ud800"])


PAIRS = [
    ("Who wrote it?", "The book was written by Ada Lovelace in 1843."),
    ("Where?", "In Paris. " * 30),
    ("", "x"),
]


def test_masked_pairs_equal_transformers_hidden_states(bert: BertModel) -> None:
    tokenizer = load_tokenizer(MODEL, 384)
    pairs = [tokenizer.encode(*pair) for pair in PAIRS]
    shape = (len(pairs), max(len(pair.ids) for pair in pairs))
    ids, kinds, mask = (np.zeros(shape, np.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)], kinds[row, : len(pair.ids)] = pair.ids, pair.type_ids
        mask[row, : len(pair.ids)] = 1
    found = BertTrunk.load(MODEL).forward(ids, kinds, mask)
    tensors = (torch.from_numpy(array) for array in (ids, mask, kinds))
    with torch.inference_mode():
        wanted = bert(*tensors).last_hidden_state.numpy()
    assert kinds.any()
    assert not mask.all()
    np.testing.assert_allclose(found[mask > 0], wanted[mask > 0], atol=2e-5)
    start, end = pairs[0].offsets[pairs[0].tokens.index("ada")]
    assert PAIRS[0][1][start:end] == "Ada"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), batch=st.integers(1, 3), tokens=st.integers(1, 40))
def test_random_ids_and_holes_in_the_mask_equal_transformers(
    encoder: MiniBertEncoder, bert: BertModel, seed: int, batch: int, tokens: int
) -> None:
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 30522, (batch, tokens))
    kinds, mask = rng.integers(0, 2, (2, batch, tokens))
    mask[:, rng.integers(tokens)] = 1
    tensors = (torch.from_numpy(array) for array in (ids, mask, kinds))
    with torch.inference_mode():
        wanted = bert(*tensors).last_hidden_state.numpy()
    np.testing.assert_allclose(encoder.trunk.forward(ids, kinds, mask), wanted, atol=5e-5)


@pytest.mark.parametrize(
    ("word", "kind", "tokens"), [(30522, 0, 2), (-1, 0, 2), (5, 2, 2), (5, 0, 513)]
)
def test_ids_outside_the_embeddings_are_refused(
    encoder: MiniBertEncoder, word: int, kind: int, tokens: int
) -> None:
    shape = (1, tokens)
    with pytest.raises(ValueError, match=r"outside|takes 512"):
        encoder.trunk.forward(np.full(shape, word), np.full(shape, kind), np.ones(shape))


def test_arrays_of_different_shapes_are_refused(encoder: MiniBertEncoder) -> None:
    with pytest.raises(ValueError, match="share one shape"):
        encoder.trunk.forward(np.zeros((1, 2), int), np.zeros((1, 2), int), np.ones((1, 3)))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_sixteen_bit_weights_equal_the_same_weights_in_float32(
    copied: Path, dtype: torch.dtype
) -> None:
    stored_as(copied, dtype)
    wanted = SentenceTransformer(str(copied), device="cpu", model_kwargs={"dtype": torch.float32})
    assert supports(copied)
    np.testing.assert_allclose(
        MiniBertEncoder.load(copied).encode(ODD), expected(wanted, ODD), atol=1e-5
    )


def test_float32_weights_are_views_of_the_file() -> None:
    tensors = read_tensors(MODEL / "model.safetensors")
    for name, tensor in tensors.items():
        assert np.shares_memory(widened(tensor), tensor), name
        assert not tensor.flags.writeable


def test_cls_pooling_without_normalize_equals_sentence_transformers(copied: Path) -> None:
    flags = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    edit(copied / "1_Pooling/config.json", **flags)
    modules = json.loads((copied / "modules.json").read_text())
    (copied / "modules.json").write_text(json.dumps(modules[:2]))
    assert supports(copied)
    wanted = expected(SentenceTransformer(str(copied), device="cpu"), ODD)
    np.testing.assert_allclose(MiniBertEncoder.load(copied).encode(ODD), wanted, atol=1e-5)


def test_a_folder_saved_by_sentence_transformers_6_is_supported(
    reference: SentenceTransformer, tmp_path: Path
) -> None:
    reference.save(str(tmp_path))
    assert supports(tmp_path)
    found = MiniBertEncoder.load(tmp_path).encode(ODD)
    np.testing.assert_allclose(found, expected(reference, ODD), atol=1e-5)


def test_weights_under_the_prefix_of_a_headed_model_load(copied: Path, bert: BertModel) -> None:
    weights = load_file(MODEL / "model.safetensors")
    (copied / "model.safetensors").unlink()
    headed = {f"bert.{name}": tensor for name, tensor in weights.items()}
    save_file(headed | {"qa_outputs.bias": torch.zeros(2)}, copied / "model.safetensors")
    ids, ones = np.array([[101, 2054, 102]]), np.ones((1, 3), int)
    with torch.inference_mode():
        wanted = bert(torch.from_numpy(ids)).last_hidden_state.numpy()
    np.testing.assert_allclose(
        BertTrunk.load(copied).forward(ids, 0 * ones, ones), wanted, atol=1e-5
    )


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("config.json", {"model_type": "roberta"}),
    ("config.json", {"model_type": "distilbert"}),
    ("config.json", {"hidden_act": "gelu_new"}),
    ("config.json", {"hidden_act": "relu"}),
    ("config.json", {"position_embedding_type": "relative_key"}),
    ("config.json", {"is_decoder": True}),
    ("config.json", {"num_attention_heads": 7}),
    ("config.json", {"hidden_size": "384"}),
    ("config.json", {"vocab_size": None}),
    ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
    ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
    ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}),
    ("1_Pooling/config.json", {"pooling_mode": ["cls", "mean"]}),
    ("tokenizer_config.json", {"do_lower_case": False}),
    ("tokenizer_config.json", {"strip_accents": True}),
    ("tokenizer_config.json", {"tokenizer_class": "XLMRobertaTokenizer"}),
    ("tokenizer_config.json", {"truncation_side": "left"}),
    ("tokenizer.json", {"pre_tokenizer": {"type": "Whitespace"}}),
    ("tokenizer.json", {"post_processor": None}),
    ("sentence_bert_config.json", {"transformer_task": "fill-mask"}),
    ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
    ("config_sentence_transformers.json", {"truncate_dim": 128}),
]


def test_the_default_model_is_supported(copied: Path) -> None:
    assert supports(MODEL)
    assert supports(copied)


@pytest.mark.parametrize(("name", "changes"), REFUSED)
def test_another_kind_of_model_is_not_supported(
    copied: Path, name: str, changes: dict[str, Any]
) -> None:
    edit(copied / name, **changes)
    assert not supports(copied)
    with pytest.raises(ValueError, match=str(copied)):
        MiniBertEncoder.load(copied)


@pytest.mark.parametrize(
    "types",
    [
        ["Transformer"],
        ["Transformer", "Pooling", "Dense"],
        ["Transformer", "Pooling", "Normalize", "Normalize"],
        ["Transformer", "Normalize", "Pooling"],
        ["StaticEmbedding", "Pooling"],
        [],
    ],
)
def test_other_modules_are_not_supported(copied: Path, types: list[str]) -> None:
    listed = [{"type": f"sentence_transformers.models.{name}", "path": ""} for name in types]
    (copied / "modules.json").write_text(json.dumps(listed))
    assert not supports(copied)


@pytest.mark.parametrize(
    "name",
    ["modules.json", "config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"],
)
def test_a_folder_lacking_a_file_is_not_supported(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert not supports(copied)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b"[1]", b"{", b"\xff", b"[" * 9999]
)
@pytest.mark.parametrize("name", ["modules.json", "config.json", "1_Pooling/config.json"])
def test_a_malformed_setting_is_not_supported(copied: Path, name: str, content: bytes) -> None:
    (copied / name).write_bytes(content)
    assert not supports(copied)
    with pytest.raises(ValueError, match=str(copied)):
        MiniBertEncoder.load(copied)


def header_of(content: bytes) -> dict[str, Any]:
    size = struct.unpack("<Q", content[:8])[0]
    return dict(json.loads(content[8 : 8 + size]))


def rebuilt(change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a small file of one tensor whose header has been changed."""
    header: dict[str, Any] = {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(16)


DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "short": b"\x01\x02",
    "no header": struct.pack("<Q", 0),
    "huge header": struct.pack("<Q", 2**63) + b"{}",
    "not JSON": struct.pack("<Q", 4) + b"abcd",
    "a list": struct.pack("<Q", 2) + b"[]",
    "no tensors": struct.pack("<Q", 2) + b"{}",
    "deep": struct.pack("<Q", 50000) + b"[" * 50000,
    "cut": rebuilt(lambda h: None)[:-1],
    "too long": rebuilt(lambda h: None) + b"\x00",
    "wrong shape": rebuilt(lambda h: h["w"].update(shape=[3, 2])),
    "negative shape": rebuilt(lambda h: h["w"].update(shape=[-2, -2])),
    "shape of text": rebuilt(lambda h: h["w"].update(shape="22")),
    "fractional shape": rebuilt(lambda h: h["w"].update(shape=[2.0, 2.0])),
    "negative offset": rebuilt(lambda h: h["w"].update(data_offsets=[-4, 12])),
    "offset beyond": rebuilt(lambda h: h["w"].update(data_offsets=[8, 24])),
    "one offset": rebuilt(lambda h: h["w"].update(data_offsets=[16])),
    "no offsets": rebuilt(lambda h: h["w"].pop("data_offsets")),
    "no type": rebuilt(lambda h: h["w"].pop("dtype")),
    "type is a list": rebuilt(lambda h: h["w"].update(dtype=[])),
    "HTML": b"<!DOCTYPE html><html>404</html>",
    "LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:53aa\nsize 9\n",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_weights_raise_an_error_naming_the_file(copied: Path, kind: str) -> None:
    path = copied / "model.safetensors"
    path.unlink()
    path.write_bytes(DAMAGED[kind])
    with pytest.raises(ValueError, match=str(path)):
        MiniBertEncoder.load(copied)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255)), min_size=1, max_size=6))
def test_flipped_header_bytes_never_read_outside_the_file(
    tmp_path: Path, edits: list[tuple[int, int]]
) -> None:
    content = bytearray(rebuilt(lambda header: None))
    for place, value in edits:
        content[place % len(content)] = value
    path = tmp_path / "fuzzed.safetensors"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    try:
        for tensor in read_tensors(path).values():
            widened(tensor).tobytes()
    except ValueError as error:
        assert str(path) in str(error)  # noqa: PT017 - most flips are harmless


@pytest.mark.parametrize("share", [0.0, 0.00005, 0.1, 0.5, 0.99999])
def test_a_cut_download_raises_an_error_naming_the_file(copied: Path, share: float) -> None:
    path = copied / "model.safetensors"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: int(share * len(content))])
    assert supports(copied)
    with pytest.raises(ValueError, match=str(path)):
        MiniBertEncoder.load(copied)


def test_weights_lacking_a_tensor_name_it(copied: Path) -> None:
    weights = load_file(MODEL / "model.safetensors")
    weights.pop("encoder.layer.3.output.dense.bias")
    (copied / "model.safetensors").unlink()
    save_file(weights, copied / "model.safetensors")
    with pytest.raises(ValueError, match=r"encoder\.layer\.3\.output\.dense\.bias"):
        MiniBertEncoder.load(copied)


def test_weights_that_are_not_numbers_are_reported(copied: Path) -> None:
    weights = load_file(MODEL / "model.safetensors")
    weights["encoder.layer.0.output.dense.bias"][:] = float("nan")
    (copied / "model.safetensors").unlink()
    save_file(weights, copied / "model.safetensors")
    with pytest.raises(ValueError, match="not finite"):
        MiniBertEncoder.load(copied).encode(["a"])


def test_a_damaged_tokenizer_raises_an_error_naming_the_file(copied: Path) -> None:
    path = copied / "tokenizer.json"
    path.write_text(path.read_text()[:-100])
    with pytest.raises(ValueError, match=str(path)):
        MiniBertEncoder.load(copied)


def test_a_cold_question_imports_nothing_heavy() -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from index.minibert import MiniBertEncoder, supports;"
        f"folder = Path({str(MODEL)!r}); assert supports(folder);"
        "assert MiniBertEncoder.load(folder).encode(['why?']).shape == (1, 384);"
        "heavy = {'torch', 'transformers', 'scipy', 'sklearn', 'sentence_transformers',"
        "'safetensors', 'huggingface_hub', 'requests', 'httpx'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here
    )
    assert done.stdout.strip() == "[]"


def test_rows_read_one_by_one_are_those_of_the_mapped_matrix() -> None:
    name = "embeddings.word_embeddings.weight"
    rows = StoredRows(MODEL / "model.safetensors", name)
    wanted = read_tensors(MODEL / "model.safetensors")[name]
    numbers = np.array([30521, 0, 7, 7, 101])
    assert rows.shape == wanted.shape
    np.testing.assert_array_equal(rows.read(numbers), wanted[numbers])


def test_a_matrix_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no matrix of_nothing"):
        StoredRows(MODEL / "model.safetensors", "of_nothing")
