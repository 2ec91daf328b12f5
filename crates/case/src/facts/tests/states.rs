//! Is the register of States fed from the case, are records of older cases read, and does a draft for comment pass the gate?

use super::judged::{inquiry, today};
use super::{consent, found, identity, open};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::facts::words::{
    CommentDraft, CommentReply, Correction, Extension, Fact, Position, Purpose, Recommendation, Request, Response,
};
use crate::facts::{Book, dependants, judge};
use crate::publication::gate::Grounds;
use crate::publication::{comment, draft};
use crate::state::{self, DraftStatus, Extent, Progress, Status};
use crate::tongue::Tongue;
use factum_model::edtf::Day;
use std::collections::BTreeMap;

const NUMBER: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn records_of_older_cases_are_read_and_written_as_they_were() {
    let check = |body: &str| {
        let body = body.replace('#', NUMBER);
        let fact: Fact = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(serde_json::to_value(&fact).unwrap(), value);
    };
    check(
        r##"{"kind":"request","request":"#","code":"Q-1","addressee":"a","sent":"2025-05-02","deadline":"2025-06-02",
           "channel":"letter","questions":["one?"],"reminders":["2025-05-20"]}"##,
    );
    check(r##"{"kind":"response","request":"#","date":"2025-05-09","answers":[1],"text":"t"}"##);
    check(r##"{"kind":"correction","correction":"#","holder":"h","paragraph":3,"asked":"a","accepted":false,"reason":"r"}"##);
    check(r##"{"kind":"follow-up","recommendation":"#","date":"2027","text":"t"}"##);
    check(r##"{"kind":"element-verified","framework":"f","element":"1/1","official":"##".replace('#', "#").as_str());
}
