//! A folder that trains the same recipe with TRL: the model as it is now, frozen but for its head, the answers in TRL's
//! own shape, and the settings of TRL and Accelerate. A model that comes out of it opens as a `transformers` export does.

use super::classes::Classes;
use super::custom::Trains;
use super::offer::Offer;
use super::tokenizer::Cutting;
use crate::domain::config::DescentConfig;
use crate::domain::lesson_lines::LessonLines;
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;

/// The archive.
///
/// # Errors
/// As [`super::transformers::write`].
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>, lines: &LessonLines) -> Result<Vec<u8>, Fault> {
    let tensors = offer.own_tensors();
    let mut bundle = offer.bundle(tensors.bytes() + lines.train.len() + lines.validation.len());
    offer.companions(WeightsFormat::ScaleOut, &mut bundle)?;
    bundle.add("data/train.jsonl", lines.train.as_bytes())?;
    // A split without a row is one that cannot be loaded.
    let held_out = match lines.validation.as_str() {
        "" => HeldOut::None,
        lines => {
            bundle.add("data/test.jsonl", lines.as_bytes())?;
            HeldOut::Some
        }
    };
    bundle.add("reward.yaml", settings(offer, held_out).as_bytes())?;
    bundle.add("accelerate/multi_gpu.yaml", accelerate("MULTI_GPU", "").as_bytes())?;
    bundle.add(
        "accelerate/fsdp.yaml",
        accelerate("FSDP", &fsdp(offer.checkpoint.architecture().family)).as_bytes(),
    )?;
    bundle.add("accelerate/two_cpus.yaml", accelerate("MULTI_CPU", "use_cpu: true\n").as_bytes())?;
    offer.tokenizer("model/", Cutting::ByTheNetwork, offer.types(), &mut bundle)?;
    bundle.add("model/config.json", &offer.own_config(Trains::Head)?)?;
    offer.code("model/", &mut bundle)?;
    tensors.write("model/model.safetensors", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}

/// Whether there is anything to judge by.
enum HeldOut {
    Some,
    None,
}

/// TRL's settings: those of the model's own run, or else the page's, in its words.
fn settings<S>(offer: &Offer<'_, S>, held_out: HeldOut) -> String {
    let config = offer.log.map_or_else(DescentConfig::default, |log| log.config.clone());
    let judging = match held_out {
        HeldOut::Some => "eval_strategy: epoch\nper_device_eval_batch_size: 32\n",
        HeldOut::None => "eval_strategy: \"no\"\n",
    };
    // The page's penalty λ/2 |w|² is over a sum of losses, AdamW's decay is a share of the weights a step: they are not
    // the same, so TRL's starts at none.
    format!(
        "# TRL's RewardTrainer, with the recipe of this folder. `trl reward --help` lists every setting.\n\
         model_name_or_path: model\n\
         trust_remote_code: true  # model/modeling_reward_studio.py\n\
         dtype: float32\n\
         dataset_name: data\n\
         output_dir: trained\n\
         num_train_epochs: {epochs}\n\
         per_device_train_batch_size: {batch}\n\
         learning_rate: {rate}\n\
         lr_scheduler_type: cosine\n\
         weight_decay: 0.0\n\
         seed: {seed}\n\
         # The model cuts long texts itself, as the page does; TRL would leave them out.\n\
         max_length: null\n\
         disable_dropout: true\n\
         # Rewards in half precision tie easily, and ties count as wrong.\n\
         bf16: false\n\
         # Below a head that trains alone there is nothing to compute again.\n\
         gradient_checkpointing: false\n\
         {judging}\
         save_strategy: \"no\"\n\
         logging_steps: 10\n\
         report_to: none\n",
        epochs = config.epochs,
        batch = config.batch_size,
        rate = config.learning_rate,
        seed = config.seed,
    )
}

/// The smallest unit that is spread over machines is a block; frozen parameters beside those that train need the second
/// version.
fn fsdp(family: &str) -> String {
    format!(
        "fsdp_config:\n  \
         fsdp_version: 2\n  \
         fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP\n  \
         fsdp_transformer_layer_cls_to_wrap: {block}\n  \
         fsdp_reshard_after_forward: true\n  \
         fsdp_cpu_ram_efficient_loading: true\n  \
         fsdp_offload_params: false\n  \
         fsdp_state_dict_type: FULL_STATE_DICT\n",
        block = Classes::of(family).block,
    )
}

/// Accelerate's settings for one machine with two of whatever it has.
fn accelerate(distributed: &str, more: &str) -> String {
    format!(
        "# num_processes: the GPUs of all machines together. machine_rank differs from machine to machine.\n\
         compute_environment: LOCAL_MACHINE\n\
         distributed_type: {distributed}\n\
         mixed_precision: \"no\"\n\
         num_machines: 1\n\
         machine_rank: 0\n\
         num_processes: 2\n\
         main_training_function: main\n\
         rdzv_backend: static\n\
         same_network: true\n\
         {more}"
    )
}
