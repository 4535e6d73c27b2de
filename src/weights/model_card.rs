//! The model card: what somebody who finds the folder must know before relying on it.

use super::offer::Offer;
use super::plain::Plain;
use super::studio::Metrics;
use crate::domain::depth::Lora;
use crate::domain::evaluation::HeldOut;
use crate::domain::recipe::{LengthFeature, Pooling};
use crate::domain::split::VALIDATION_PERCENT;
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::model::tuned::{Change, Tuned};
use crate::protocol::Fault;
use crate::text::conversation::Conversation;
use crate::text::encode::floor;
use crate::text::layout::Layout;

/// The card, as the Hub reads it.
///
/// # Errors
/// As [`Offer::plain`].
pub fn markdown<S: ByteSource>(offer: &Offer<'_, S>, format: WeightsFormat) -> Result<String, Fault> {
    let plain = offer.plain()?;
    let backbone = offer.backbone;
    let library = match format {
        WeightsFormat::SentenceTransformers => "sentence-transformers",
        WeightsFormat::Peft => "peft",
        WeightsFormat::Transformers | WeightsFormat::ScaleOut | WeightsFormat::Studio => "transformers",
    };
    let licence = if backbone.licence.is_empty() { "unknown" } else { &backbone.licence };
    Ok(format!(
        "---\n\
         library_name: {library}\n\
         license: {}\n\
         base_model: {}\n\
         pipeline_tag: text-classification\n\
         tags:\n- reward-model\n- reward-studio\n\
         ---\n\n\
         # Reward model\n\n\
         A prompt and a response become one number: the higher, the more the response is what the people who taught it \
         prefer. Only differences between scores mean anything; `sigmoid(score(a) - score(b))` is the probability that \
         `a` is preferred to `b`{}. Made with Reward Studio.\n\n\
         {}\n\
         {}\n\
         {}\n\
         {}\n\
         ## Licence\n\n\
         The backbone {} is under {licence}, and the weights here contain it. What was learned on top belongs to whoever \
         gave the answers.\n",
        licence_word(licence),
        backbone.id,
        ties(offer),
        usage(offer, format, plain),
        judged(offer),
        recipe(offer),
        limits(offer, format, plain),
        backbone.id,
    ))
}

/// The licence as the Hub spells it; an expression of several is none that it knows.
fn licence_word(licence: &str) -> String {
    if licence.contains(' ') { "other".into() } else { licence.to_lowercase() }
}

fn ties<S>(offer: &Offer<'_, S>) -> String {
    let words = &offer.manifest.likelihood;
    match words.tie {
        Some(tie) => {
            format!(" where ties are left out (it was learned under {}, tie parameter {tie})", words.loss)
        }
        None => String::new(),
    }
}

fn usage<S: ByteSource>(offer: &Offer<'_, S>, format: WeightsFormat, plain: Option<Plain>) -> String {
    let trust = if plain.is_some() { "" } else { ", trust_remote_code=True" };
    let inputs = match (offer.encoder.layout(), plain) {
        (Layout::Pair { .. }, None) => {
            "inputs = tokenizer([prompt], [response], padding=True, return_tensors=\"pt\")"
        }
        (Layout::Pair { .. }, Some(_)) => {
            "inputs = tokenizer([prompt], [response], padding=True, return_tensors=\"pt\", truncation=\"only_first\")"
        }
        (Layout::Conversation(_), _) => {
            "messages = [{\"role\": \"user\", \"content\": prompt}, {\"role\": \"assistant\", \"content\": response}]\n\
             text = tokenizer.apply_chat_template(messages, tokenize=False)\n\
             inputs = tokenizer([text], padding=True, return_tensors=\"pt\", add_special_tokens=False)"
        }
    };
    let code = match format {
        WeightsFormat::SentenceTransformers => "from sentence_transformers import SentenceTransformer\n\n\
            model = SentenceTransformer(\"reward-model\")\n\
            scores = model.encode([[prompt, response]])[:, 0]\n"
            .to_owned(),
        WeightsFormat::Peft => format!(
            "import torch\n\
             from peft import PeftModel\n\
             from transformers import AutoModelForSequenceClassification, AutoTokenizer\n\n\
             tokenizer = AutoTokenizer.from_pretrained(\"reward-model/base\"{trust})\n\
             base = AutoModelForSequenceClassification.from_pretrained(\"reward-model/base\"{trust})\n\
             model = PeftModel.from_pretrained(base, \"reward-model\").eval()\n\
             {inputs}\n\
             with torch.no_grad():\n    scores = model(**inputs).logits[:, 0]\n"
        ),
        WeightsFormat::Transformers | WeightsFormat::Studio => format!(
            "import torch\n\
             from transformers import AutoModelForSequenceClassification, AutoTokenizer\n\n\
             tokenizer = AutoTokenizer.from_pretrained(\"reward-model\"{trust})\n\
             model = AutoModelForSequenceClassification.from_pretrained(\"reward-model\"{trust}).eval()\n\
             {inputs}\n\
             with torch.no_grad():\n    scores = model(**inputs).logits[:, 0]\n"
        ),
        WeightsFormat::ScaleOut => return scale_out(offer),
    };
    format!(
        "## Use\n\n```python\n{code}```\n\n\
         `python verify.py` scores the texts in `manifest.json` again with transformers, and says PASS or FAIL.\n"
    )
}

fn scale_out<S>(offer: &Offer<'_, S>) -> String {
    let ties = match offer.manifest.likelihood.loss.as_str() {
        "bradley_terry" => "",
        _ => {
            " This model was learned under another loss than Bradley\u{2013}Terry, which TRL does not have: ties are not \
              in the data, and the result will differ."
        }
    };
    format!(
        "## Train\n\n\
         `model/` is the model as it is, its backbone frozen: training goes on from it, on the head alone. `data/` holds \
         the answers in TRL's preference format, split by prompt as in the page.\n\n\
         ```sh\n\
         pip install trl\n\
         accelerate launch --config_file accelerate/multi_gpu.yaml -m trl.scripts.reward --config reward.yaml\n\
         ```\n\n\
         Run it in this folder. `accelerate/fsdp.yaml` spreads the model over GPUs as well, `accelerate/two_cpus.yaml` \
         needs none; `num_processes`, `num_machines` and `machine_rank` in them say how many there are. The result is in \
         `trained/`, and opens with `AutoModelForSequenceClassification.from_pretrained(\"trained\", \
         trust_remote_code=True)`. To train the backbone too, write `\"trains\": \"everything\"` into \
         `model/config.json`, and take a far smaller `learning_rate` in `reward.yaml` (1e-5).{ties}\n\n\
         `python verify.py` scores the texts in `manifest.json` with `model/`, and says PASS or FAIL.\n"
    )
}

fn judged<S>(offer: &Offer<'_, S>) -> String {
    let Some(Metrics { accuracy, interval, evaluation, length_share }) = &offer.manifest.metrics else {
        return "## Data and metrics\n\nThe model came from a file that says nothing of how it was judged.\n"
            .into();
    };
    let (learned, judged, ties) = (evaluation.learned_from, evaluation.judged.len(), evaluation.ties.len());
    let held_out = match evaluation.held_out {
        HeldOut::Split => format!(
            "by a fixed split: {VALIDATION_PERCENT} % of the prompts, drawn by their text, were never learned from{}",
            if offer.log.is_some() { ", but for the choice of the best epoch" } else { "" },
        ),
        HeldOut::CrossValidation(folds) => format!(
            "by {folds}-fold cross-validation by prompt: each answer was judged by a fit that had not seen its prompt"
        ),
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let accuracy = match (accuracy, interval) {
        (Some(accuracy), Some((low, high))) => {
            format!("{} (95 % interval {} to {}, Wilson)", percent(*accuracy), percent(*low), percent(*high))
        }
        (Some(accuracy), None) => percent(*accuracy),
        (None, _) => "unknown: nothing was held out".into(),
    };
    let number = |value: Option<f64>| value.map_or_else(|| "unknown".into(), |value| format!("{value:.3}"));
    let log =
        if offer.log.is_some() { " The run is in `run.json` and `run.csv`, epoch by epoch." } else { "" };
    format!(
        "## Data and metrics\n\n\
         Learned from {learned} comparisons, judged on {judged} preferences and {ties} ties that were held out \
         {held_out}. An accuracy counts a pair only if the preferred response has the strictly higher score.\n\n\
         | | |\n|---|---|\n\
         | Accuracy, held out | {accuracy} |\n\
         | Accuracy, learned from | {} |\n\
         | Correlation of margin and length difference | {} |\n\
         | Share of the margins that is length | {} |\n\n\
         The judged pairs themselves are in `manifest.json`, by hash.{log}\n",
        percent(f64::from(evaluation.train_accuracy)),
        number(evaluation.length_bias()),
        length_share.map_or_else(|| "none: no length feature".into(), |share| percent(f64::from(share))),
    )
}

fn recipe<S: ByteSource>(offer: &Offer<'_, S>) -> String {
    let recipe = &offer.model.recipe;
    let pooling = match recipe.pooling {
        Pooling::ResponseMean => "the mean over the response's tokens",
        Pooling::Mean => "the mean over all tokens",
        Pooling::Cls => "the first token",
        Pooling::Last => "the last token",
        Pooling::Pooler => "the first token behind the backbone's own pooler",
    };
    let length = match recipe.length_feature {
        LengthFeature::On => "the logarithm of the response's length in tokens beside it",
        LengthFeature::Off => "no length feature",
    };
    let (reads, conversations) = match offer.encoder.layout() {
        Layout::Pair { before, between, after } => {
            let text = |ids: &[u32]| ids.iter().filter_map(|id| offer.encoder.token(*id)).collect::<String>();
            let types = match offer.checkpoint.architecture().token_types {
                0 | 1 => "",
                _ => " with token types 0 and 1",
            };
            let [before, between, after] = [before, between, after].map(|ids| text(ids));
            (format!("`{before} prompt {between} response {after}`{types}"), A_PAIR.to_owned())
        }
        Layout::Conversation(conversation) if conversation.names_speakers() => {
            ("`User: prompt`, an empty line, `Assistant: response`".into(), TRANSCRIPT.to_owned())
        }
        Layout::Conversation(conversation) => {
            ("Prompt and response by the backbone's own chat template".into(), its_own(conversation))
        }
    };
    let depth = match offer.checkpoint.tuned().map(Tuned::change) {
        None => "as they came".to_owned(),
        Some(Change::Tensors(_)) => "the topmost of them trained with the head".to_owned(),
        Some(Change::Lora(Lora { rank, alpha, .. }, _)) => {
            format!("with LoRA adapters trained beside the head (r = {rank}, \u{3b1} = {alpha})")
        }
    };
    let head = match &offer.model.hidden {
        Some(hidden) => format!("an MLP head with one hidden layer of {} tanh units", hidden.units()),
        None => "a linear head".into(),
    };
    format!(
        "## Recipe\n\n\
         {reads}, at most {} tokens; the backbone's first {} of {} \
         blocks, {depth}; {pooling}; {length}; standardised; {head} (penalty \u{3bb} = {}, made by {} on {}).\n\n\
         {conversations} What a template makes holds every special token: tokenise it without adding any.\n",
        offer.longest(),
        recipe.layer,
        offer.backbone.layers,
        offer.manifest.lambda,
        offer.manifest.made_by,
        offer.manifest.device,
    )
}

/// What the tokenizer's template makes of a conversation: as an encoder's input, with its speakers named, or by the family's
/// own.
const A_PAIR: &str = "A conversation is read as `Role: content`, empty lines between the turns; a lone question is itself. \
    The tokenizer's chat template does that.";
const TRANSCRIPT: &str = "A conversation is read as `Role: content`, empty lines between the turns. The tokenizer's chat \
    template does that.";
const ITS_OWN: &str = "A conversation is given as its messages. The page makes them of a prompt that is a transcript: `Role: \
    content`, empty lines between the turns; `System` first or not at all, then `User` and `Assistant` by turns. Any other \
    prompt is one message of the user.";

/// With what a template refuses, if it does.
fn its_own(conversation: &Conversation) -> String {
    match conversation.refused() {
        Some(refused) => {
            format!("{ITS_OWN} So is a transcript with {refused}, which this template cannot write.")
        }
        None => ITS_OWN.into(),
    }
}

/// Of BERT's plain class.
const UNTYPED: &str = "- In a conversation made by the chat template the plain class does not know where the response begins, \
    and reads it with token type 0: the token ids are the same, the scores somewhat different. Load with \
    `trust_remote_code=True` to have conversations scored like pairs, and long texts cut as here.\n";
const NO_POOLER: &str = "- The pooler is the identity at a small scale, with the head scaled up behind it. Freeze both, or set \
    the pooler anew, before training on.\n";
const OWN_POOLER: &str = "- The pooler is the one that came with the backbone.\n";

fn limits<S: ByteSource>(offer: &Offer<'_, S>, format: WeightsFormat, plain: Option<Plain>) -> String {
    let longest = offer.longest();
    let room = usize::from(longest).saturating_sub(offer.encoder.around());
    let floor = floor(room);
    let cut = format!(
        "A text that is too long keeps the response's beginning and the prompt's end, of which {floor} tokens in any case"
    );
    let conversations = matches!(offer.encoder.layout(), Layout::Conversation(_));
    let own = match (format, plain) {
        (WeightsFormat::Transformers | WeightsFormat::Peft, Some(it @ (Plain::Bert | Plain::Pooler(_)))) => {
            format!(
                "- {cut}. `truncation=\"only_first\"` does the same as long as the response has at most {} tokens; `encode` in \
             `verify.py` always does.\n{}{}",
                room - floor,
                if offer.has_code(it) { UNTYPED } else { "" },
                if it == Plain::Bert { NO_POOLER } else { OWN_POOLER },
            )
        }
        (WeightsFormat::Transformers | WeightsFormat::Peft, Some(Plain::Decoder { shift })) => format!(
            "- {cut}. `encode` in `verify.py` does the same; a tokenizer's `truncation=True` cuts the beginning of the \
             conversation, its first tokens included, and gives other scores.\n\
             - The plain class pools the last token whose id is not the padding's: pad on the right, and let no text end \
             with the padding token.\n{}",
            match shift {
                Some(norm) => format!(
                    "- The class has no constant, and the model has one: it is in `{norm}.bias`, which is the backbone's \
                     own shifted along the head.\n"
                ),
                None => String::new(),
            }
        ),
        (WeightsFormat::SentenceTransformers, _) => format!(
            "- {cut}. sentence-transformers cuts whichever is longer, at its end: texts beyond {longest} tokens get other \
             scores where the prompt is long.\n\
             - Give pairs, and not conversations: `encode` has no place for the response's beginning in one text.\n"
        ),
        _ if conversations => format!(
            "- {cut}. The model does that itself, and counts the whole response for its length: tokenise without \
             truncation.\n\
             - The response is what stands after the last place where the template lets the assistant speak. A response in \
             which those very words stand is read from there on.\n"
        ),
        _ => format!(
            "- {cut}. The model does that itself, and counts the whole response for its length: tokenise without \
             truncation.\n\
             - Pairs, and conversations by the chat template, are scored alike. A lone text is refused.\n"
        ),
    };
    let reader = if conversations { "language model" } else { "encoder" };
    format!(
        "## Limits\n\n\
         - It rewards what looks right to a small {reader}, not what is true: it does not check facts, arithmetic, or whether \
         an instruction was followed.\n\
         - It knows the taste of those who answered, on prompts like theirs, in their language.\n\
         - Much of what people prefer is length: see the table.\n\
         - Half precision makes scores tie; the checks here are in single precision.\n\
         {own}"
    )
}
