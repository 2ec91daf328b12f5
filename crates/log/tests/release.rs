//! Are a release's texts read as they are written and in no other spelling, and do its commitments hide and bind?

use factum_log::key::VerifierKey;
use factum_log::record::RecordId;
use factum_log::release::manifest::{Follows, Manifest, ManifestError, Output, is_name};
use factum_log::release::revocations::{Class, Revocations, RevocationsError, Revoked};
use factum_log::release::shown::Shown;
use factum_log::release::{Approval, Seal, SealError, citation, cited_root, is_role, leaves_for};
use factum_log::{Digest, Hash};
use proptest::prelude::*;

fn manifest(outputs: &[&str]) -> Manifest {
    let output = |name: &&str| Output { name: (*name).into(), digest: Digest::of(name.as_bytes()), length: 7 };
    Manifest {
        origin: "factum-case.invalid/00".into(),
        release: RecordId([1; 16]),
        salt: [2; 32],
        date: "2026-11-27".into(),
        title: "The old mill".into(),
        follows: None,
        changes: Vec::new(),
        checks: vec!["leak check: no alarm".into()],
        outputs: outputs.iter().map(output).collect(),
    }
}

#[test]
fn a_manifest_has_one_spelling() {
    let good = manifest(&["a.html", "b.pdf"]);
    assert_eq!(Manifest::parse(good.to_string().as_bytes()), Ok(good.clone()));
    let check = |from: &str, to: &str, expected: ManifestError| {
        let text = good.to_string();
        assert!(text.contains(from), "{from}");
        assert_eq!(Manifest::parse(text.replace(from, to).as_bytes()), Err(expected), "{from:?} as {to:?}");
    };
    check("factum release 1", "factum release 2", ManifestError::First);
    check("salt 02", "salt 0", ManifestError::Line(4));
    check("date 2026", "day 2026", ManifestError::Line(5));
    check("title The", "title  The", ManifestError::Field("title", PLAIN));
    check("title The", "title \u{202e}The", ManifestError::Field("title", PLAIN));
    check(" 7 a.html", " 07 a.html", ManifestError::Line(8));
    check(" 7 a.html", " 7 .html", ManifestError::Field("output", NAMED));
    check(" 7 a.html", " 7 ../a.html", ManifestError::Field("output", NAMED));
    check(" 7 a.html", " 7 c.html", ManifestError::Field("output", "outputs stand in the order of their names"));
    check("\ncheck leak", "\nchange nothing\ncheck leak", ManifestError::Field("change", CHANGED));
    check("b.pdf\n", "b.pdf", ManifestError::Text);
    check("b.pdf\n", "b.pdf\n\n", ManifestError::Line(10));
    check("2026-11-27", "2026-1-127", ManifestError::Field("date", "write it as YYYY-MM-DD"));
}

const PLAIN: &str = "it is one line of at most 500 bytes, without control characters and without spaces at its ends";
const NAMED: &str = "its name has 1 to 100 of A-Z, a-z, 0-9, dot, hyphen, underscore, and no dot first";
const CHANGED: &str = "a release that follows another says what changed, and no other does";

#[test]
fn outputs_have_names_that_are_files_everywhere() {
    let twice = manifest(&["A.html", "a.html"]).check().unwrap_err();
    assert!(twice.to_string().contains("the same in other capitals"), "{twice}");
    assert_eq!(manifest(&[]).check(), Err(ManifestError::Nothing));
    let check = |name: &str, expected: bool| assert_eq!(is_name(name), expected, "{name}");
    check("report.pdf", true);
    check("report_2-ar.docx", true);
    check("..", false);
    check("a/b", false);
    check("a\\b", false);
    check("é.pdf", false);
    check("", false);
    check(&"a".repeat(101), false);
}

#[test]
fn citations_are_hidden_by_salts_and_padding() {
    let (origin, release) = ("factum-case.invalid/00", RecordId([1; 16]));
    let leaf = |salt: u8| citation(origin, release, &[salt; 32], Hash::leaf(b"record"));
    assert_ne!(leaf(1), leaf(2));
    assert_ne!(leaf(1), citation(origin, RecordId([2; 16]), &[1; 32], Hash::leaf(b"record")));
    assert_ne!(leaf(1), citation("factum-case.invalid/01", release, &[1; 32], Hash::leaf(b"record")));
    // The order in which things were cited is not in the root.
    let mut one = [leaf(1), leaf(2), leaf(3)];
    let mut other = [leaf(3), leaf(1), leaf(2)];
    assert_eq!(cited_root(&mut one), cited_root(&mut other));
    let check = |count: usize, expected: usize| assert_eq!(leaves_for(count), expected, "{count}");
    check(0, 16);
    check(16, 16);
    check(17, 32);
    check(300, 512);
}

#[test]
fn an_approval_that_is_not_one_is_named() {
    let approval = |role: &str| Approval { role: role.into(), key: [7; 32], signature: [9; 64] };
    let seal = |needed, approvals| Seal {
        release: RecordId([1; 16]),
        manifest: Digest::of(b"m"),
        cited: Hash::leaf(b"c"),
        needed,
        approvals,
    };
    assert_eq!(seal(0, Vec::new()).check("o"), Ok(()));
    assert_eq!(seal(1, Vec::new()).check("o"), Err(vec![SealError::TooFew { have: 0, need: 1 }]));
    let faults = seal(1, vec![approval("The Editor")]).check("o").unwrap_err();
    assert_eq!(faults, [SealError::Role(1), SealError::TooFew { have: 0, need: 1 }]);
    assert!(seal(1, vec![approval("editor")]).check("o").is_err());
    assert!(is_role("legal-review") && !is_role("") && !is_role(&"a".repeat(41)) && !is_role("é"));
}

#[test]
fn a_list_of_revocations_is_no_checkpoint_and_reads_as_it_is_written() {
    let revoked = Revoked {
        release: RecordId([1; 16]),
        class: Class::Consent,
        time: "2026-11-27T00:00:00Z".into(),
        replacement: Some(RecordId([2; 16])),
    };
    let list = Revocations {
        origin: "factum-case.invalid/00".into(),
        size: 9,
        root: Hash::empty(),
        made: "2026-11-28T00:00:00Z".into(),
        revoked: vec![revoked.clone(), Revoked { replacement: None, class: Class::Law, ..revoked.clone() }],
    };
    let text = list.to_string();
    assert_eq!(Revocations::parse(&text), Ok(list.clone()));
    assert_eq!(list.of(RecordId([1; 16])), Some(&revoked));
    assert_eq!(list.of(RecordId([3; 16])), None);
    assert!(factum_log::checkpoint::Checkpoint::parse(&text).is_err());
    let check = |from: &str, to: &str, line: usize| {
        assert_eq!(Revocations::parse(&text.replace(from, to)), Err(RevocationsError::Line(line)), "{to}");
    };
    check("entries 9", "entries 09", 3);
    check(" consent ", " Consent ", 6);
    check(" law ", " law  ", 7);
    let none: &[VerifierKey] = &[];
    assert!(Revocations::verify(text.as_bytes(), none).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, at: usize, by in 1..=255u8) {
        let _ = (Manifest::parse(&bytes), Shown::parse(&bytes), Revocations::verify(&bytes, &[]));
        let good = manifest(&["a.html", "b.pdf"]);
        let mut changed = good.to_string().into_bytes();
        let at = at % changed.len();
        changed[at] = changed[at].wrapping_add(by);
        if let Ok(read) = Manifest::parse(&changed) {
            // What still reads says something else, and has another digest.
            prop_assert!(read != good && read.digest() != good.digest());
        }
    }

    #[test]
    fn what_is_written_is_read(title in "[a-z é喀]{1,40}", changes in proptest::collection::vec("[A-Za-z]{1,9}", 0..3), salt: [u8; 32]) {
        let mut made = manifest(&["a.html"]);
        made.title = title.trim().to_owned();
        made.salt = salt;
        if !changes.is_empty() {
            made.follows = Some((Follows::Withdraws, RecordId([3; 16]), Digest::of(b"earlier")));
        }
        made.changes = changes;
        if made.check().is_ok() {
            prop_assert_eq!(Manifest::parse(made.to_string().as_bytes()), Ok(made));
        }
    }
}
