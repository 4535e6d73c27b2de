//! A `config.json` of the class that our own archives bring along (`public/modeling_reward_studio.py`): any family's network
//! is in it, and what makes a score of its hidden states.

use serde_json::Value;

use super::architecture::Architecture;

/// Its `model_type`.
pub const NAME: &str = "reward_studio";

/// The configuration of the network: what is given, or what is inside of it.
pub fn network(config: &Value) -> &Value {
    if config["model_type"] == NAME { &config["backbone"] } else { config }
}

/// How hidden states become a score, where the file is one of ours.
pub fn recipe(config: &Value) -> Option<&Value> {
    (config["model_type"] == NAME).then(|| &config["reward_studio"])
}

/// The network inside.
///
/// # Errors
/// As [`super::read`].
pub(super) fn read(config: &Value) -> Result<Architecture, String> {
    let mut network = super::read_bare(network(config))?;
    network.names.prefixes = &["backbone."];
    network.names.unused = &["features_", "length_", "head."];
    // What comes after a family's last block is left out where that block is.
    if recipe(config).is_some_and(|recipe| recipe["left_out"].is_string()) {
        network.names.final_norm = None;
    }
    Ok(network)
}
