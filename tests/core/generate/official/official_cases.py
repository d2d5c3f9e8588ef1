"""Random weights under the published names, and the networks once more, out of stock torch layers and plain formulas."""

import math
from functools import cache

import torch
from torch import Tensor, nn

WIDTH, BETWEEN, TEXT, BERT, PIECES = 64, 96, 32, 128, 40
State = dict[str, Tensor]


def _linear(state: State, name: str, out: int, into: int, noise: torch.Generator) -> None:
    state[f"{name}.weight"] = torch.randn(out, into, generator=noise) / into**0.5
    state[f"{name}.bias"] = 0.1 * torch.randn(out, generator=noise)


def _norm(state: State, name: str, width: int, noise: torch.Generator) -> None:
    state[f"{name}.weight"] = 1 + 0.1 * torch.randn(width, generator=noise)
    state[f"{name}.bias"] = 0.1 * torch.randn(width, generator=noise)


def _attention(state: State, name: str, width: int, noise: torch.Generator) -> None:
    state[f"{name}.in_proj_weight"] = torch.randn(3 * width, width, generator=noise) / width**0.5
    state[f"{name}.in_proj_bias"] = 0.1 * torch.randn(3 * width, generator=noise)
    _linear(state, f"{name}.out_proj", width, width, noise)


def _layer(state: State, name: str, width: int, noise: torch.Generator, *, cross: bool = False) -> None:
    _attention(state, f"{name}.self_attn", width, noise)
    if cross:
        _attention(state, f"{name}.multihead_attn", width, noise)
    _linear(state, f"{name}.linear1", BETWEEN, width, noise)
    _linear(state, f"{name}.linear2", width, BETWEEN, noise)
    for k in range(3 if cross else 2):
        _norm(state, f"{name}.norm{k + 1}", width, noise)


def text_state(noise: torch.Generator, prefix: str = "textencoder") -> State:
    state: State = {}
    model = f"{prefix}.text_model"
    state[f"{model}.embeddings.word_embeddings.weight"] = torch.randn(PIECES, BERT, generator=noise)
    state[f"{model}.embeddings.position_embeddings.weight"] = torch.randn(64, BERT, generator=noise)
    _norm(state, f"{model}.embeddings.LayerNorm", BERT, noise)
    for k in range(2):
        layer = f"{model}.transformer.layer.{k}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            _linear(state, f"{layer}.attention.{part}", BERT, BERT, noise)
        _norm(state, f"{layer}.sa_layer_norm", BERT, noise)
        _linear(state, f"{layer}.ffn.lin1", 2 * BERT, BERT, noise)
        _linear(state, f"{layer}.ffn.lin2", BERT, 2 * BERT, noise)
        _norm(state, f"{layer}.output_layer_norm", BERT, noise)
    _linear(state, f"{prefix}.projection.1", TEXT, BERT, noise)
    return state | _gathered(prefix, noise)


def _gathered(prefix: str, noise: torch.Generator) -> State:
    state: State = {}
    for token in ("mu_token", "logvar_token"):
        state[f"{prefix}.{token}"] = torch.randn(TEXT, generator=noise)
    state[f"{prefix}.sequence_pos_encoding.pe"] = sines(50, TEXT)[:, None].clone()
    for k in range(2):
        _layer(state, f"{prefix}.seqTransEncoder.layers.{k}", TEXT, noise)
    return state


@cache
def t2i_state(seed: int = 0) -> State:
    noise = torch.Generator().manual_seed(seed)
    state = text_state(noise)
    _linear(state, "input_process.poseEmbedding", WIDTH, 476, noise)
    _linear(state, "input_process_obj.poseEmbedding", WIDTH, 486, noise)
    for name in ("sequence_pos_encoder.pe", "embed_timestep.sequence_pos_encoder.pe"):
        state[name] = sines(60, WIDTH)[:, None].clone()
    for k in (0, 2):
        _linear(state, f"embed_timestep.time_embed.{k}", WIDTH, WIDTH, noise)
    _linear(state, "embed_text", WIDTH, TEXT, noise)
    _linear(state, "bps_encoder.0", WIDTH, 3072, noise)
    _linear(state, "bps_encoder.2", WIDTH, WIDTH, noise)
    for stack in (
        "seqTransEncoder_start",
        "seqTransEncoder_end",
        "seqTransEncoder_obj_pose_start",
        "seqTransEncoder_obj_pose_end",
    ):
        for k in range(2):
            _layer(state, f"{stack}.layers.{k}", WIDTH, noise)
    for stack in ("human_pose", "obj_pose"):
        for k in range(2):
            _layer(state, f"mutual_attn.seqTransDecoder_{stack}.layers.{k}", WIDTH, noise, cross=True)
    _linear(state, "output_process.poseFinal", 476, WIDTH, noise)
    _linear(state, "output_process_obj.poseFinal", 486, WIDTH, noise)
    state["pointnet_encoder.sa1.bn.num_batches_tracked"] = torch.tensor(3)
    return state


@cache
def evaluator_state(seed: int = 1) -> State:
    noise = torch.Generator().manual_seed(seed)
    state = text_state(noise)
    _linear(state, "motionencoder.skel_embedding", TEXT, 615, noise)
    return state | _gathered("motionencoder", noise)


@cache
def window_state(out: int, given: int, places: int, code: int, seed: int = 2) -> State:
    noise = torch.Generator().manual_seed(seed)
    state: State = {}
    for copy in ("ema_model", "online_model"):
        net = f"{copy}.denoise_fn.motion_transformer"
        state[f"{net}.start_conv.weight"] = torch.randn(WIDTH, out + given, 1, generator=noise) / (out + given) ** 0.5
        state[f"{net}.start_conv.bias"] = 0.1 * torch.randn(WIDTH, generator=noise)
        state[f"{net}.position_vec.weight"] = torch.randn(places, WIDTH, generator=noise)
        for k in range(2):
            layer = f"{net}.layer_stack.{k}"
            for part in ("w_q", "w_k", "w_v"):
                _linear(state, f"{layer}.self_attn.{part}", 2 * WIDTH, WIDTH, noise)
            _linear(state, f"{layer}.self_attn.fc", WIDTH, 2 * WIDTH, noise)
            _norm(state, f"{layer}.self_attn.layer_norm", WIDTH, noise)
            for part in ("w_1", "w_2"):
                _linear(state, f"{layer}.pos_ffn.{part}", WIDTH, WIDTH, noise)
                state[f"{layer}.pos_ffn.{part}.weight"] = state[f"{layer}.pos_ffn.{part}.weight"][..., None]
            _norm(state, f"{layer}.pos_ffn.layer_norm", WIDTH, noise)
        _linear(state, f"{copy}.denoise_fn.linear_out", out, WIDTH, noise)
        _linear(state, f"{copy}.denoise_fn.time_mlp.1", 48, 16, noise)
        _linear(state, f"{copy}.denoise_fn.time_mlp.3", WIDTH, 48, noise)
        _linear(state, f"{copy}.bps_encoder.0", WIDTH, 768, noise)
        _linear(state, f"{copy}.bps_encoder.2", code, WIDTH, noise)
        state[f"{copy}.betas"] = torch.rand(1000, generator=noise)
    return state | {"initted": torch.tensor(True), "step": torch.tensor(7)}


@cache
def sines(count: int, width: int) -> Tensor:
    rows = [[f(t / 10000 ** (2 * k / width)) for k in range(width // 2) for f in (math.sin, math.cos)] for t in range(count)]
    return torch.tensor(rows)


def under(state: State, prefix: str) -> State:
    return {name.removeprefix(prefix + "."): value for name, value in state.items() if name.startswith(prefix + ".")}


def linear(state: State, name: str, x: Tensor) -> Tensor:
    return nn.functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])


def norm(state: State, name: str, x: Tensor, eps: float = 1e-5) -> Tensor:
    return nn.functional.layer_norm(x, x.shape[-1:], state[f"{name}.weight"], state[f"{name}.bias"], eps)


def stock_encoder(state: State, prefix: str, width: int) -> nn.TransformerEncoder:
    layer = nn.TransformerEncoderLayer(width, 4, BETWEEN, activation="gelu", batch_first=True)
    stack = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    stack.load_state_dict(under(state, prefix))
    return stack.eval()


def stock_decoder(state: State, prefix: str) -> nn.TransformerDecoder:
    stack = nn.TransformerDecoder(nn.TransformerDecoderLayer(WIDTH, 4, BETWEEN, activation="gelu", batch_first=True), 2)
    stack.load_state_dict(under(state, prefix))
    return stack.eval()


def t2i_reference(state: State, noisy: Tensor, steps: Tensor, text: Tensor, basis: Tensor) -> Tensor:
    """Batch first; (B, 962, 1, T)."""
    places = sines(400, WIDTH)
    time = linear(state, "embed_timestep.time_embed.0", sines(1000, WIDTH)[steps])
    time = linear(state, "embed_timestep.time_embed.2", time * torch.sigmoid(time))
    shape = linear(state, "bps_encoder.2", torch.relu(linear(state, "bps_encoder.0", basis)))
    token = (time + shape + linear(state, "embed_text", text))[:, None]
    rows = noisy[:, :, 0].transpose(1, 2)
    streams = []
    for name, columns in (("input_process", rows[..., :476]), ("input_process_obj", rows[..., 476:])):
        x = torch.cat([token, linear(state, f"{name}.poseEmbedding", columns)], dim=1)
        streams.append(x + places[: x.shape[1]])
    human = stock_encoder(state, "seqTransEncoder_start", WIDTH)(streams[0])
    thing = stock_encoder(state, "seqTransEncoder_obj_pose_start", WIDTH)(streams[1])
    decoders = [stock_decoder(state, f"mutual_attn.seqTransDecoder_{s}_pose") for s in ("human", "obj")]
    new_human, new_thing = decoders[0](human[:, 1:], thing[:, 1:]), decoders[1](thing[:, 1:], human[:, 1:])
    human = stock_encoder(state, "seqTransEncoder_end", WIDTH)(torch.cat([human[:, :1], new_human], dim=1))[:, 1:]
    thing = stock_encoder(state, "seqTransEncoder_obj_pose_end", WIDTH)(torch.cat([thing[:, :1], new_thing], dim=1))[:, 1:]
    human = linear(state, "output_process.poseFinal", human)
    thing = linear(state, "output_process_obj.poseFinal", thing)
    return _whole_frames(human[..., :231], thing[..., :9], thing[..., 18:])


def _whole_frames(markers: Tensor, pose: Tensor, relation: Tensor) -> Tensor:
    def speed(x: Tensor) -> Tensor:
        result = torch.zeros_like(x)
        result[:, :-1] = x.diff(dim=1)
        return result

    y = markers.unflatten(-1, (77, 3))[..., 1]
    left, right = y[..., [29, 30, 18, 19, 7, 2, 15]], y[..., [61, 52, 53, 40, 34, 49, 40]]
    rows = torch.cat([markers, speed(markers), left, right, pose, speed(pose), relation], dim=-1)
    return rows.transpose(1, 2)[:, :, None]


def text_reference(state: State, ids: Tensor, seen: Tensor, prefix: str = "textencoder") -> Tensor:
    own = under(state, prefix)
    bert = under(own, "text_model")
    x = bert["embeddings.word_embeddings.weight"][ids] + bert["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = norm(bert, "embeddings.LayerNorm", x, 1e-12)
    for k in range(2):
        layer = nn.TransformerEncoderLayer(
            BERT, BERT // 64, 2 * BERT, activation="gelu", batch_first=True, layer_norm_eps=1e-12
        )  # fmt: skip
        layer.load_state_dict(_as_stock(under(bert, f"transformer.layer.{k}")))
        x = layer.eval()(x, src_key_padding_mask=~seen)
    return gathered_reference(own, linear(own, "projection.1", torch.relu(x)), seen)


def _as_stock(bert: State) -> State:
    qkv = [f"attention.{part}_lin" for part in "qkv"]
    renamed = {"attention.out_lin": "self_attn.out_proj", "ffn.lin1": "linear1", "ffn.lin2": "linear2",
               "sa_layer_norm": "norm1", "output_layer_norm": "norm2"}  # fmt: skip
    state = {f"{new}.{kind}": bert[f"{old}.{kind}"] for old, new in renamed.items() for kind in ("weight", "bias")}
    state["self_attn.in_proj_weight"] = torch.cat([bert[f"{name}.weight"] for name in qkv])
    state["self_attn.in_proj_bias"] = torch.cat([bert[f"{name}.bias"] for name in qkv])
    return state


def gathered_reference(own: State, rows: Tensor, seen: Tensor) -> Tensor:
    front = torch.stack([own["mu_token"], own["logvar_token"]])[None].repeat(len(rows), 1, 1)
    x = torch.cat([front, rows], dim=1)
    x = x + sines(x.shape[1], TEXT)
    hidden = torch.cat([torch.zeros(len(rows), 2, dtype=torch.bool), ~seen], dim=1)
    return stock_encoder(own, "seqTransEncoder", TEXT)(x, src_key_padding_mask=hidden)[:, 0]


def window_reference(state: State, noisy: Tensor, steps: Tensor, given: Tensor, basis: Tensor, *, token: bool) -> Tensor:
    own = under(state, "ema_model")
    net, fn = under(own, "denoise_fn.motion_transformer"), under(own, "denoise_fn")
    code = linear(own, "bps_encoder.2", torch.relu(linear(own, "bps_encoder.0", basis)))
    frequency = torch.tensor([10000 ** (-k / 7) for k in range(8)])
    angle = steps[:, None] * frequency
    time = linear(fn, "time_mlp.1", torch.cat([torch.sin(angle), torch.cos(angle)], dim=1))
    time = linear(fn, "time_mlp.3", nn.functional.gelu(time))
    every = torch.cat([noisy, given] if token else [noisy, given, code], dim=-1)
    frames = every @ net["start_conv.weight"][..., 0].T + net["start_conv.bias"]
    front = torch.stack([time, code], dim=1) if token else time[:, None]
    x = torch.cat([front, frames], dim=1)
    x = x + net["position_vec.weight"][1 : x.shape[1] + 1]
    for k in range(2):
        layer = under(net, f"layer_stack.{k}")
        q, key, v = (linear(layer, f"self_attn.{p}", x).reshape(*x.shape[:2], 4, -1) for p in ("w_q", "w_k", "w_v"))
        share = torch.softmax(torch.einsum("bihd,bjhd->bhij", q, key) / q.shape[-1] ** 0.5, dim=-1)
        mixed = torch.einsum("bhij,bjhd->bihd", share, v).flatten(2)
        x = norm(layer, "self_attn.layer_norm", x + linear(layer, "self_attn.fc", mixed))
        wide = torch.relu(x @ layer["pos_ffn.w_1.weight"][..., 0].T + layer["pos_ffn.w_1.bias"])
        x = norm(layer, "pos_ffn.layer_norm", x + wide @ layer["pos_ffn.w_2.weight"][..., 0].T + layer["pos_ffn.w_2.bias"])
    return linear(fn, "linear_out", x[:, front.shape[1] :])
