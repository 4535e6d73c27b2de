//! How a pair is read, token by token, is how it is encoded and pooled.

use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::recipe::{Pooling, Recipe};
use reward_studio::protocol::scoring::{ReadPart, Strip};
use reward_studio::protocol::{Command, Event, RequestId};

use crate::browserless::{Session, repository};
use crate::families::cards;

const PROMPT: &str = "Wo ist mein Päckchen? It should have come.";
const RESPONSE: &str = "On its way, I should say!";

#[test]
fn every_token_of_the_row_is_there_with_what_it_is_of_and_whether_it_is_pooled() {
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    for card in cards() {
        let mut session = Session::new();
        let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
        session.ask(Command::Open { device, backbone: card.clone(), base: base.clone(), helpers: 0 });
        for (pooling, max_tokens) in
            Pooling::ALL.into_iter().flat_map(|pooling| [(pooling, 256), (pooling, 40)])
        {
            let at = format!("{} {pooling:?} {max_tokens}", card.family);
            session.ask(Command::Recipe(Recipe {
                pooling,
                max_tokens,
                ..Recipe::measured_best(card.layers)
            }));
            let texts = vec![[PROMPT, RESPONSE, ""].map(str::to_owned)];
            let ids = session.ask(Command::Tokenise { request: RequestId(1), texts }).into_iter();
            let ids = ids.filter_map(|event| match event {
                Event::Tokenised { ids, .. } => Some([ids[0].a.len(), ids[0].b.len()]),
                _ => None,
            });
            let counts: Vec<[usize; 2]> = ids.collect();
            let strips = strips(&mut session, PROMPT, &[RESPONSE, ""]);
            assert_eq!(counts, [[strips[0].tokens.len(), strips[1].tokens.len()]], "{at}");
            let Strip { tokens, cut_of_prompt, cut_of_response } = &strips[0];
            let of = |part| tokens.iter().filter(|token| token.part == part).count();
            assert!(of(ReadPart::Prompt) > 0 && of(ReadPart::Response) > 0, "{at}");
            assert_eq!(max_tokens == 256, cut_of_prompt + cut_of_response == 0, "{at}");
            let pooled: Vec<usize> = (0..tokens.len()).filter(|&place| tokens[place].pooled).collect();
            match pooling {
                Pooling::Cls | Pooling::Pooler => assert_eq!(pooled, [0], "{at}"),
                Pooling::Last => assert_eq!(pooled, [tokens.len() - 1], "{at}"),
                Pooling::Mean => assert_eq!(pooled.len(), tokens.len(), "{at}"),
                Pooling::ResponseMean => {
                    assert_eq!(pooled.len(), of(ReadPart::Response), "{at}");
                    assert!(pooled.iter().all(|&place| tokens[place].part == ReadPart::Response), "{at}");
                }
            }
            // An empty response is what ends the text.
            let last = strips[1].tokens.iter().rposition(|token| token.pooled);
            let is_last = last == Some(strips[1].tokens.len() - 1);
            assert_eq!(is_last, !matches!(pooling, Pooling::Cls | Pooling::Pooler), "{at}");
        }
    }
}

#[test]
fn what_a_template_writes_between_turns_is_around_them() {
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    let turns = "System: Be brief.\n\nUser: Where is it?\n\nAssistant: Which one?\n\nUser: The red one.";
    for card in cards() {
        let mut session = Session::new();
        let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
        session.ask(Command::Open { device, backbone: card.clone(), base: base.clone(), helpers: 0 });
        let strips = strips(&mut session, turns, &[RESPONSE]);
        let parts: Vec<ReadPart> = strips[0].tokens.iter().map(|token| token.part).collect();
        let stretches = parts.chunk_by(|a, b| a == b).filter(|it| it[0] == ReadPart::Prompt).count();
        let has_template = ["llama", "qwen2", "qwen3"].contains(&card.family.as_str());
        assert_eq!(stretches, if has_template { 4 } else { 1 }, "{}", card.family);
    }
}

fn strips(session: &mut Session, prompt: &str, responses: &[&str]) -> Vec<Strip> {
    let responses = responses.iter().map(|text| (*text).to_owned()).collect();
    let command = Command::Strips { request: RequestId(2), prompt: prompt.into(), responses };
    let found = session.ask(command).into_iter().find_map(|event| match event {
        Event::Strips { strips, .. } => Some(strips),
        _ => None,
    });
    found.expect("strips")
}
