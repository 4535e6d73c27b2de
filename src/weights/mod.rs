//! Safetensors in and out: a backbone's weights, and the files that a trained model leaves as.
//!
//! Reads through [`crate::engine::ports::ByteSource`], tensor by tensor, so that a large file never lies in
//! memory whole; must not know where its bytes come from.
//!
//! | file | what |
//! |---|---|
//! | `file`, `backbone` | a backbone's tensors, by name |
//! | `head` | the model that a checkpoint brings along, where it has a head |
//! | `studio` | our own file |
//! | `transformers`, `sentence_transformers`, `scale_out` | an archive each, for others |
//! | `plain`, `custom` | a model as a class of `transformers`' own has it, and as the class that comes along |
//! | `offer` | what all archives are made of, and what they carry beside the weights |
//! | `tokenizer`, `specials`, `classes` | the tokenizer's files; tokens, and classes, by the names that others have for them |
//! | `checkpoint`, `folded`, `tensors`, `bundle` | the backbone copied; the head as others know it; safetensors and zip written |
//! | `model_card`, `run_log` | what a person reads of it |
//! | `proof` | an archive opened again, and its scores |

pub mod backbone;
pub mod bundle;
pub mod changes;
pub mod checkpoint;
mod classes;
mod custom;
pub mod file;
mod folded;
pub mod head;
mod model_card;
pub mod offer;
pub mod peft;
mod plain;
pub mod proof;
mod run_log;
pub mod scale_out;
pub mod sentence_transformers;
mod specials;
pub mod studio;
mod tensors;
mod tokenizer;
pub mod transformers;
