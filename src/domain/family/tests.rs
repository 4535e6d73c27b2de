use serde_json::json;

use super::architecture::{Positions, Wiring};
use super::*;

fn why(config: Value) -> String {
    read(&config).expect_err("refused")
}

fn bert() -> Value {
    json!({"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 9,
        "intermediate_size": 8, "max_position_embeddings": 8, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        "hidden_act": "gelu"})
}

fn llama() -> Value {
    json!({"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 9,
        "intermediate_size": 16, "max_position_embeddings": 8})
}

fn with(mut config: Value, field: &str, value: Value) -> Value {
    config[field] = value;
    config
}

#[test]
fn a_foreign_config_is_refused_with_its_reason() {
    assert!(read(&bert()).is_ok());
    assert!(why(with(bert(), "model_type", json!("t5"))).contains("t5"));
    assert!(why(with(bert(), "num_attention_heads", json!(3))).contains("divide"));
    assert!(why(with(bert(), "hidden_act", json!("relu"))).contains("relu"));
    assert!(why(with(bert(), "type_vocab_size", json!(1))).contains("token type"));
    assert!(why(with(bert(), "position_embedding_type", json!("relative_key"))).contains("relative_key"));
    assert!(why(with(bert(), "hidden_size", json!(0))).contains("hidden_size"));
    assert!(why(json!({})).contains("model_type"));
    assert!(from_json(b"{").is_err());
    assert!(why(with(llama(), "num_key_value_heads", json!(3))).contains("key heads"));
    assert!(why(with(llama(), "rope_scaling", json!({"type": "yarn", "factor": 2.0}))).contains("yarn"));
    assert!(why(with(llama(), "rope_scaling", json!({"type": "linear"}))).contains("factor"));
    assert!(why(with(llama(), "use_sliding_window", json!(true))).contains("slides"));
}

#[test]
fn angles_are_read_as_every_version_writes_them() {
    let frequencies = |config: Value| match read(&config).expect("a network").positions {
        Positions::Rotary(rotary) => rotary.frequencies,
        Positions::Learned { .. } => vec![],
    };
    let old = frequencies(with(llama(), "rope_theta", json!(100.0)));
    assert_eq!(old.len(), 2);
    assert!((old[1] - 0.1).abs() < 1e-6, "{old:?}");
    let new = with(llama(), "rope_parameters", json!({"rope_type": "default", "rope_theta": 100.0}));
    assert_eq!(frequencies(new), old);
    let slow = with(llama(), "rope_scaling", json!({"type": "linear", "factor": 2.0}));
    assert_eq!(frequencies(slow)[0], 0.5);
    assert_eq!(frequencies(llama())[1], 0.01);
}

#[test]
fn a_family_names_every_tensor_once_with_its_shape() {
    let network = read(&llama()).expect("a network");
    let tensors = network.tensors(2);
    let shape = |name: &str| tensors.iter().find(|(known, _)| known == name).map(|(_, shape)| shape.clone());
    assert_eq!(shape("embed_tokens.weight"), Some(vec![9, 8]));
    assert_eq!(shape("layers.1.mlp.gate_proj.weight"), Some(vec![16, 8]));
    assert_eq!(shape("layers.1.self_attn.q_proj.bias"), None);
    assert_eq!(shape("norm.weight"), Some(vec![8]));
    assert_eq!((network.wiring, network.causal), (Wiring::Pre, true));
    // One block fewer, and what comes after the last is not asked for.
    assert!(network.tensors(1).iter().all(|(name, _)| name != "norm.weight"));
    let mut names: Vec<_> = tensors.iter().map(|(name, _)| name).collect();
    names.dedup();
    assert_eq!(names.len(), tensors.len());
}
