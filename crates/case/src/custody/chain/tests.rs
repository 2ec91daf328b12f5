//! Does the custody record tell everything that happened, and no name that it should withhold?

use super::{chain, page};
use crate::custody::collect::{Collecting, collect};
use crate::custody::derive::{Derivation, derive};
use crate::custody::evidence::{Evidence, Leaving, Making, View};
use crate::custody::export::{Leave, export};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::ids::RecordId;
use crate::custody::items;
use crate::custody::tests::identity;
use crate::custody::writer::Change;
use factum_vault::identity::Identity;
use std::ops::ControlFlow;

#[test]
fn everything_that_happened_is_told_in_the_order_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let me = Identity::parse(&identity("Ada").expose()).unwrap();
    let mut case = Case::found(&folder.path().join("case"), "Valleys", me, Opening::default()).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let take = |case: &mut Case, path| {
        let how = Collecting { address: Some("the \"old\" mill".into()), ..Collecting::new(WORKING) };
        collect(case, &[path], &how, &mut |_| ControlFlow::Continue(())).unwrap()
    };
    take(&mut case, put("<b>letter&.txt", b"letter"));
    let held = items::find(&case, "<b>letter").unwrap();
    take(&mut case, put("copy.txt", b"letter"));
    let making = Derivation {
        making: Making::Translation,
        maker: Some("Tariq".into()),
        tool: "by hand".into(),
        language: Some("en".into()),
        reviewer: Some("Uma".into()),
    };
    let translated = derive(&mut case, &held, &put("english.txt", b"brief"), &making, None).unwrap();
    let leave = Leave { leaving: Leaving::Disclosure, recipient: "Judge Sen".into(), purpose: "hearing".into() };
    export(&mut case, std::slice::from_ref(&held), &folder.path().join("out"), &leave).unwrap();
    let mut change = Change::new("viewed", "Items were opened");
    let views = vec![View { item: held.item.item, time: "2026-01-01T00:00:00Z".into(), id: RecordId([1; 16]) }];
    change.say(WORKING, &Evidence::Viewed { views }).unwrap();
    case.tell(change).unwrap();

    let acts = |names| {
        let told = chain(&case, &held, names).unwrap();
        told.events.iter().map(|e| e.act).collect::<Vec<_>>()
    };
    assert_eq!(acts(None), ["collected", "met again", "source of", "disclosed", "opened"]);
    assert_eq!(
        acts(Some("the court")),
        ["collected", "collector named", "met again", "collector named", "source of", "disclosed", "opened"]
    );
    let told = chain(&case, &held, None).unwrap();
    assert!(told.present);
    assert_eq!((told.root, told.size), (case.ledger().root(), case.ledger().size()));
    assert!(told.compartments.contains(&WORKING.to_string()));
    assert!(told.events.windows(2).all(|pair| pair[0].entry < pair[1].entry));
    assert!(told.events.iter().all(|e| e.who == "lead (person 1)" && !e.undone));
    let opened = told.events.last().unwrap();
    assert!(opened.time == "2026-01-01T00:00:00Z" && opened.logged > opened.time);

    let check = |names: Option<&str>, told_names: bool| {
        let told = chain(&case, &held, names).unwrap();
        let page = page::page(&told);
        let json = serde_json::to_string(&told).unwrap();
        for name in ["Ada", "Tariq", "Uma", "Judge Sen"] {
            assert_eq!((page.contains(name), json.contains(name)), (told_names, told_names), "{name}");
        }
        assert_eq!(page.contains("Made for the court"), told_names);
        assert!(page.contains(&held.item.sha256.to_string()));
        assert!(page.contains("&lt;b&gt;letter&amp;.txt") && !page.contains("<b>"));
        assert!(page.contains("the &quot;old&quot; mill"));
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"));
    };
    check(None, false);
    check(Some("the court"), true);

    let child = items::find(&case, &translated.to_string()).unwrap();
    let told = chain(&case, &child, None).unwrap();
    let acts: Vec<_> = told.events.iter().map(|e| e.act).collect();
    assert_eq!(acts, ["collected", "made from"]);
}
