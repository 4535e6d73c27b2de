//! Conversations by chat templates of many kinds, as `transformers` writes them.

use std::collections::BTreeMap;

use reward_studio::text::conversation::Conversation;
use reward_studio::text::form::Part;
use serde::Deserialize;

use crate::golden::golden;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Row>,
    by: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
    response: String,
}

#[derive(Deserialize)]
struct Written {
    template: String,
    /// Each row's text, and whether it is of the row's messages: else the template refuses them, and it is of one question.
    texts: Vec<(String, bool)>,
}

#[test]
fn a_conversation_is_written_as_transformers_writes_its_messages() {
    let Golden { rows, by } = golden("templates.json");
    for (name, Written { template, texts }) in by {
        let config =
            serde_json::json!({ "chat_template": template, "bos_token": "<s>", "eos_token": "</s>" });
        let conversation =
            Conversation::read(Some(config.to_string().as_bytes()), None, "<s>").expect("a conversation");
        for (Row { prompt, response }, (text, accepted)) in rows.iter().zip(&texts) {
            let written = conversation.write(prompt, response);
            assert_eq!(&written.text, text, "{name}: {prompt:?}");
            assert!(*accepted || written.prompt.stretches.len() == 1, "{name}: {prompt:?}");
            let of = |given, part: &Part| part.stretches.clone().into_iter().map(move |it| (given, it));
            for (given, turn) in of(prompt, &written.prompt).chain(of(response, &written.response)) {
                let said = &written.text[turn.at.clone()];
                assert_eq!(said, &given[turn.from..turn.from + said.len()], "{name}: {prompt:?}");
            }
        }
    }
}
