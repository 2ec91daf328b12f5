//! Does the outsider's program find what was done to a folder, and say what it cannot find?

mod common;

use common::{Case, LOG, OTHER_LOG, WITNESS, WITNESS_TWO};
use proptest::prelude::*;
use proptest::sample::Index;

/// Does something to a clean folder and tells the exit code and a line that the output must hold.
fn check(alter: impl FnOnce(&Case), arguments: &[&str], code: i32, expected: &[&str]) {
    let case = Case::new(300);
    case.anchor(200, &[WITNESS]);
    alter(&case);
    let (found, text) = case.verify(arguments);
    assert_eq!(found, code, "{text}");
    for line in expected {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
}

const POLICY: &[&str] = &["--policy", "policy"];

#[test]
fn a_clean_folder_is_verified() {
    check(|_| {}, POLICY, 0, &["the last 100 entries are held by nothing outside the office", "\nVERIFIED\n"]);
}

#[test]
fn a_clean_folder_in_full() {
    let case = Case::new(300);
    case.anchor(200, &[WITNESS]);
    case.stamp(200);
    insta::assert_snapshot!(case.verify(POLICY).1);
    insta::assert_snapshot!("json", case.verify(&["--policy", "policy", "--format", "json"]).1);
}

#[test]
fn without_policy_only_self_consistent() {
    let expected = ["UNDETECTABLE", "SELF-CONSISTENT ONLY", "there is no policy that names the log's key"];
    check(|_| {}, &[], 3, &expected);
}

#[test]
fn without_outside_anchor_rollback_is_called_undetectable() {
    let case = Case::new(300);
    case.write("policy", case.policy(LOG, "quorum none\n").as_bytes());
    let (code, text) = case.verify(POLICY);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("UNDETECTABLE"), "{text}");
}

#[test]
fn a_log_folder_alone_is_enough() {
    let case = Case::new(3);
    case.write("policy", case.policy(LOG, "quorum none\n").as_bytes());
    let (code, text) = case.verify_at("case/log", POLICY);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("the folder has none: the log was checked without them"), "{text}");
}

#[test]
fn one_flipped_bit_in_any_file_is_found_and_located() {
    let clean = Case::new(300);
    clean.anchor(200, &[WITNESS]);
    clean.stamp(200);
    let files = clean.files("case");
    assert!(files.len() > 10, "{files:?}");
    let mut flips = 0;
    for file in &files {
        let bytes = clean.read(file);
        // First, middle and last byte, one bit each; a stamp's status and unsigned parts may change without harm.
        for (place, bit) in [(0, 1), (bytes.len() / 2, 0x10), (bytes.len() - 1, 2)] {
            let mut altered = bytes.clone();
            altered[place] ^= bit;
            clean.write(file, &altered);
            let (code, text) = clean.verify(POLICY);
            assert_eq!(code, 1, "{file}, byte {place}\n{text}");
            let wrong = text.split("\n\n").find(|part| part.starts_with("Wrong")).unwrap_or_default();
            let below = file.trim_start_matches("case/").trim_start_matches("log/");
            // A request that was altered is told at its answer.
            let named = below.trim_end_matches(".tsq").trim_end_matches(".tsr");
            assert!(wrong.contains(named), "{file}, byte {place}: not named in\n{wrong}");
            flips += 1;
        }
        clean.write(file, &bytes);
    }
    println!("{flips} flipped bits in {} files, each found and located", files.len());
    assert_eq!(clean.verify(POLICY).0, 0);
}

#[test]
fn a_truncated_file_is_found() {
    for file in ["log/tile/entries/000", "log/tile/000", "log/checkpoint", "log/anchors/200/checkpoint"] {
        let alter = |case: &Case| {
            let file = format!("case/{}", file.replace("tile/000", "tile/0/000"));
            let bytes = case.read(&file);
            case.write(&file, &bytes[..bytes.len() - 7]);
        };
        check(alter, POLICY, 1, &["SOMETHING IS WRONG"]);
    }
}

#[test]
fn a_missing_file_is_found() {
    for file in ["log/tile/entries/000", "log/tile/0/000", "log/tile/1/000.p/1", "log/tile/0/001.p/44"] {
        let place = file.trim_start_matches("log/");
        check(
            |case| case.remove(&format!("case/{file}")),
            POLICY,
            1,
            &["SOMETHING IS WRONG", place.split('/').next().unwrap()],
        );
    }
}

#[test]
fn a_dropped_or_reordered_entry_is_found_with_its_bundle() {
    let expected = ["tile/entries/000: ", "they do not make the checkpoint's root"];
    let drop = |case: &Case| {
        let bytes = case.read("case/log/tile/entries/000");
        // The entry after takes the place of the one dropped, so that the number stays right.
        let mut kept = bytes[..68 * 9].to_vec();
        kept.extend_from_slice(&bytes[68 * 10..]);
        kept.extend_from_slice(&bytes[..68]);
        case.write("case/log/tile/entries/000", &kept);
    };
    check(drop, POLICY, 1, &expected);
    let exchange = |case: &Case| {
        let mut bytes = case.read("case/log/tile/entries/000");
        bytes[..136].rotate_left(68);
        case.write("case/log/tile/entries/000", &bytes);
    };
    check(exchange, POLICY, 1, &expected);
}

#[test]
fn an_altered_object_is_found_and_an_absent_one_is_counted() {
    let alter = |case: &Case| {
        let files = case.files("case/objects");
        let mut bytes = case.read(&files[0]);
        bytes.push(0);
        case.write(&files[0], &bytes);
        case.remove(&files[1]);
        case.write(&files[2].replace(&files[2][files[2].len() - 64..], "other"), b"x");
    };
    let expected = [
        "its bytes have another digest than its name",
        "298 objects that the log names are absent: shredded, or not handed over (entries ",
        "/other: not the name",
    ];
    check(alter, POLICY, 1, &expected);
    check(
        |case| case.remove(&case.files("case/objects")[0]),
        POLICY,
        0,
        &["297 objects that the log names are absent"],
    );
}

#[test]
fn an_object_that_nobody_logged_is_told() {
    let name = common::digest(b"stranger");
    let alter = |case: &Case| case.write(&format!("case/objects/{}/{name}", &name[..2]), b"stranger");
    check(alter, POLICY, 0, &["1 objects are not in the log: nothing vouches for them"]);
}

#[test]
fn a_rolled_back_log_is_found_against_its_anchor() {
    // The office goes back to a state that its own key signed before; the anchor stays.
    check(
        |case| case.build(150, LOG, 0),
        POLICY,
        1,
        &["anchors/200/checkpoint: ROLLED BACK", "50 more than it has now"],
    );
}

#[test]
fn a_forked_log_is_found_against_its_anchor() {
    check(|case| case.build(300, LOG, 1), POLICY, 1, &["anchors/200/checkpoint: FORKED"]);
}

#[test]
fn since_finds_forks_and_rollbacks_where_anchors_were_taken_away() {
    let since = &["--policy", "policy", "--since", "since"];
    let keep = |case: &Case, size: u64| {
        case.write("since", &case.checkpoint(250, LOG, 0, &[]));
        case.write("policy", case.policy(LOG, "quorum none\n").as_bytes());
        std::fs::remove_dir_all(case.path("case/log/anchors")).unwrap();
        assert_eq!(case.verify(since).0, 0);
        case.build(size, LOG, u8::from(size == 300));
    };
    check(|case| keep(case, 300), since, 1, &["--since: FORKED"]);
    check(|case| keep(case, 200), since, 1, &["--since: ROLLED BACK"]);
    let without = |case: &Case| keep(case, 200);
    check(without, POLICY, 0, &["UNDETECTABLE"]);
    let stranger = |case: &Case| case.write("since", &case.checkpoint(250, OTHER_LOG, 0, &[]));
    check(stranger, since, 1, &["--since: the older checkpoint is not signed by a log of the policy"]);
}

#[test]
fn a_log_of_another_key_is_refused() {
    let expected = ["checkpoint: no log of the policy that has this origin signed it"];
    check(|case| case.build(300, OTHER_LOG, 0), POLICY, 1, &expected);
}

#[test]
fn a_missed_quorum_is_wrong() {
    let two = |case: &Case| {
        let policy = case.policy(LOG, "group both all w1 w2\nquorum both\n");
        case.write("policy", policy.as_bytes());
    };
    check(two, POLICY, 1, &["quorum of witnesses is MISSED", "fewer than the policy's quorum"]);
    let both = |case: &Case| {
        two(case);
        case.anchor(200, &[WITNESS, WITNESS_TWO]);
    };
    check(both, POLICY, 0, &["cosigned at 200 entries by w1, w2: a quorum"]);
}

#[test]
fn a_time_stamp_without_trusted_root_is_not_checked() {
    let policy = |case: &Case| {
        case.stamp(200);
        let text = case.policy(LOG, "quorum w1\n").replace("timestamp-root root.pem\n", "");
        case.write("policy", text.as_bytes());
    };
    check(policy, POLICY, 0, &["there is no policy with a root certificate"]);
    let misplaced = |case: &Case| {
        case.stamp(200);
        let answer = case.read("case/log/anchors/200/1.tsr");
        case.anchor(100, &[]);
        case.write("case/log/anchors/100/1.tsr", &answer);
    };
    check(misplaced, POLICY, 1, &["anchors/100/1.tsr: the time stamp is for other bytes"]);
}

#[test]
fn a_checkpoint_of_a_size_beyond_reason_ends_at_once() {
    let alter = |case: &Case| {
        let text = String::from_utf8(case.read("case/log/checkpoint")).unwrap();
        case.write("case/log/checkpoint", text.replace("\n300\n", "\n9223372036854775807\n").as_bytes());
    };
    check(alter, POLICY, 1, &["the log was cut"]);
}

#[test]
fn wrong_usage_has_its_own_code() {
    let case = Case::new(3);
    let check = |arguments: &[&str], expected: &str| {
        let (code, text) = case.verify(arguments);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(expected), "{text}");
    };
    check(&["--policy", "absent"], "cannot read absent");
    check(&["--policy", "case/log/checkpoint"], "get the policy again");
    check(&["--since", "policy"], "give the file `checkpoint`");
    check(&["--entry", "policy"], "belong to a proof");
    assert_eq!(case.verify_at("nowhere", &[]).0, 2);
}

proptest! {
    // Each case starts the program twice.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_bytes_in_any_file_break_the_program(
        edits in proptest::collection::vec((any::<Index>(), any::<Index>(), proptest::collection::vec(any::<u8>(), 0..9)), 1..4),
        whole in any::<bool>(),
    ) {
        let case = Case::new(260);
        case.anchor(200, &[WITNESS]);
        case.stamp(200);
        let files = case.files("case");
        for (file, place, put) in edits {
            let file = file.get(&files);
            let mut bytes = case.read(file);
            let start = place.index(bytes.len().max(1)).min(bytes.len());
            let end = bytes.len().min(start + put.len());
            if whole { bytes = put } else { bytes.splice(start..end, put).for_each(drop) }
            case.write(file, &bytes);
        }
        for arguments in [POLICY, &["--format", "json"]] {
            let (code, text) = case.verify(arguments);
            prop_assert!([0, 1, 3].contains(&code), "{}: {}", code, text);
        }
    }
}
