//! Does a publication go the whole way with two members, and can an outsider check what comes out?

use super::approve::{approve, no_longer, promise, revoke, seal};
use super::bundle::{self, write};
use super::cited::Resting;
use super::disclose::{Reader, disclose};
use super::escrow::{self, Brought, Head, OpenError};
use super::prepare::{Preparing, prepare};
use super::{ReleaseError, archive, stage};
use crate::clearance::leaving::{self, NotCleared};
use crate::custody::evidence::Detail;
use crate::custody::folder::Case;
use crate::custody::founding::{IDENTITIES, WORKING};
use crate::custody::governance::{Act, Role};
use crate::custody::ids::{MemberId, RecordId};
use crate::custody::part::REGISTER;
use crate::custody::writer::Change;
use crate::facts::tests::{consent, found, identity, open, source, statement};
use crate::facts::words::{Extent, Fact, Level, Purpose, Risk, ToldOf, Withdrawal};
use crate::facts::{Book, Sort, dependants, judge};
use crate::law::builtin_file;
use crate::publication::gate::{Cited, Grounds};
use factum_log::key::VerifierKey;
use factum_log::release::citation::Citation;
use factum_log::release::manifest::{Follows, Manifest};
use factum_log::release::revocations::Class;
use factum_log::release::shown::Shown;
use factum_vault::identity::Identity;
use factum_vault::keys::SecretKey;
use std::path::{Path, PathBuf};

/// A case with Ada, who leads, and Bo, who investigates and approves as editor; one source and one statement.
struct Office {
    folder: tempfile::TempDir,
    ada: Identity,
    bo: Identity,
    source: RecordId,
    statement: RecordId,
}

/// A draft of one paragraph.
fn draft(paragraph: &str) -> Vec<u8> {
    let head = "title = \"The old mill\"\ndate = \"2026-11-27\"\npurpose = \"report-anonymised\"";
    format!("+++\n{head}\n+++\n\n{paragraph}\n").into_bytes()
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ada, bo) = (identity("Ada"), identity("Bo"));
        let mut case = found(&folder.path().join("case"), &ada);
        case.add_member("Bo", &bo.card(), Role::Investigator, &[WORKING.into()]).unwrap();
        let mut change = Change::new("release role", "Bo is editor");
        let member = MemberId(*bo.member().as_bytes());
        change.say(REGISTER, &Act::PublicRole { member, role: "editor".into() }).unwrap();
        case.tell(change).unwrap();
        let who = source(&case, WORKING, "S-001");
        let said = statement(&case, WORKING, "T-001", who.source);
        let risk = Fact::Risk(Risk {
            source: who.source,
            level: Level::Low,
            judged: "2026-03-01".into(),
            review: "2999-01-01".into(),
            reason: "abroad".into(),
        });
        let (of, is) = (who.source, said.statement);
        let agreed = consent(of, &[Purpose::Internal, Purpose::ReportAnonymised, Purpose::Courts]);
        case.say_facts("source", "a source", &[Fact::Source(who), agreed, risk]).unwrap();
        case.say_facts("statement", "a statement", &[Fact::Statement(Box::new(said))]).unwrap();
        Self { folder, ada, bo, source: of, statement: is }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn case(&self, who: &Identity) -> Case {
        open(&self.at("case"), who)
    }

    fn preparing(&self) -> Preparing {
        Preparing {
            title: "The old mill".into(),
            date: "2026-11-27".into(),
            purpose: Purpose::ReportAnonymised,
            outputs: vec![("report.txt".into(), b"People were held.\n".to_vec()), ("a.html".into(), b"<p>".to_vec())],
            draft: Some(("report.md".into(), draft("This is how we worked. {narrative}"))),
            checks: vec![("leak check: no alarm".into(), Detail::new("leak.txt", "all of it"))],
            follows: None,
            rests: Resting::on([Cited::Thing(Sort::Statement, self.statement)]),
        }
    }

    /// Prepares a release as Ada, and lays its outputs out for reading.
    fn prepared(&self, change: impl FnOnce(&mut Preparing)) -> String {
        let mut case = self.case(&self.ada);
        let book = Book::read(&case).unwrap();
        let mut what = self.preparing();
        change(&mut what);
        let outputs = what.outputs.clone();
        let (release, _) = prepare(&mut case, &book, what).unwrap();
        let folder = self.at("read");
        std::fs::create_dir_all(&folder).unwrap();
        outputs.iter().for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes).unwrap());
        release.to_string()
    }

    fn approve(&self, release: &str) -> Result<(), ReleaseError> {
        let mut case = self.case(&self.bo);
        let known = case.release(release)?;
        approve(&mut case, &known, &self.at("read")).map(drop)
    }

    fn seal(&self, release: &str) -> Result<(), ReleaseError> {
        let mut case = self.case(&self.ada);
        let known = case.release(release)?;
        let book = Book::read(&case).unwrap();
        let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
        let grounds = Grounds::of(&case, &book, &judged, crate::this_day());
        seal(&mut case, &known, &grounds).map(drop)
    }

    fn sealed(&self, change: impl FnOnce(&mut Preparing)) -> String {
        let release = self.prepared(change);
        self.approve(&release).unwrap();
        self.seal(&release).unwrap();
        release
    }

    fn logs(&self) -> Vec<VerifierKey> {
        self.case(&self.ada).register().log_keys.iter().map(|key| key.parse().unwrap()).collect()
    }

    fn withdraw(&self) {
        let (source, date) = (self.source, "2026-11-20".into());
        let said = Withdrawal { source, date, extent: Extent::NoFurtherUse, reason: "fear".into() };
        self.case(&self.ada).say_facts("withdraw", "taken back", &[Fact::ConsentWithdrawn(said)]).unwrap();
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let below =
            || files(&path).into_iter().map(|f| format!("{}/{f}", path.file_name().unwrap().display())).collect();
        found.extend(if path.is_dir() { below() } else { vec![path.file_name().unwrap().display().to_string()] });
    }
    found.sort();
    found
}

#[test]
fn a_release_is_not_sealed_while_a_profile_that_fits_few_waits_for_a_decision() {
    let office = Office::new();
    let release = office.prepared(|what| what.draft = Some(("report.md".into(), draft("People were held [@T-001]."))));
    office.approve(&release).unwrap();
    let refused = office.seal(&release).unwrap_err();
    assert!(matches!(&refused, ReleaseError::NotCleared(NotCleared::Profiles(of)) if of.len() == 1), "{refused}");
    let book = Book::read(&office.case(&office.ada)).unwrap();
    assert!(book.counts_published.is_empty(), "nothing is written down of what does not leave");
}

#[test]
fn what_is_for_the_inquiry_itself_is_neither_prepared_nor_sealed() {
    let office = Office::new();
    let mut case = office.case(&office.ada);
    let book = Book::read(&case).unwrap();
    let mut what = office.preparing();
    what.purpose = Purpose::Internal;
    assert!(matches!(prepare(&mut case, &book, what), Err(ReleaseError::Internal)));
    assert!(case.releases().unwrap().is_empty());
    // One that another version prepared.
    let release = office.prepared(|_| ());
    office.approve(&release).unwrap();
    let mut case = office.case(&office.ada);
    let mut known = case.release(&release).unwrap();
    assert_eq!(known.manifest.checks[0], "purpose report-anonymised: everything cited may be used for it");
    known.basis.purpose = Purpose::Internal.name().into();
    let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
    let grounds = Grounds::of(&case, &book, &judged, crate::this_day());
    let refused = seal(&mut case, &known, &grounds).unwrap_err();
    assert!(refused.to_string().contains("its purpose is internal"), "{refused}");
    assert!(case.release(&release).unwrap().file.sealed.is_none());
}

#[test]
fn what_is_counted_otherwise_since_the_files_were_fixed_is_not_sealed() {
    let office = Office::new();
    let case = office.case(&office.ada);
    let book = Book::read(&case).unwrap();
    let text = String::from_utf8(draft("This is how we worked. {narrative}")).unwrap();
    let facts = leaving::facts(&case, &book, &text, None).unwrap();
    assert!(facts.iter().any(|fact| matches!(fact, Fact::CountsPublished(_))), "the annexes count sources");
    let fixed = |what: &mut Preparing| what.checks = vec![("counts cleared".into(), leaving::control(&facts))];
    let [first, same] = [office.prepared(fixed), office.prepared(fixed)];
    // When these files were fixed, a count was told that would not be told any more.
    let told_more: Vec<Fact> = facts
        .iter()
        .map(|fact| match fact {
            Fact::CountsPublished(counts) => {
                let mut counts = counts.clone();
                counts.counts[0].told = ToldOf::Exactly(7);
                Fact::CountsPublished(counts)
            }
            other => other.clone(),
        })
        .collect();
    let last = office.prepared(|what| what.checks = vec![("counts cleared".into(), leaving::control(&told_more))]);
    [&first, &same, &last].iter().for_each(|release| office.approve(release).unwrap());
    office.seal(&first).unwrap();
    office.seal(&same).unwrap();
    let refused = office.seal(&last).unwrap_err();
    assert!(matches!(refused, ReleaseError::OtherCounts), "{refused}");
}

#[test]
fn a_release_goes_the_whole_way_with_two_members() {
    let office = Office::new();
    let release = office.prepared(|_| ());
    let early = office.seal(&release).unwrap_err();
    assert!(matches!(early, ReleaseError::Unapproved { have: 0, need: 1, .. }), "{early}");
    // Ada prepared it, has no public role, and cannot give herself one.
    let mut case = office.case(&office.ada);
    let known = case.release("The old").unwrap();
    let own = approve(&mut case, &known, &office.at("read")).unwrap_err();
    assert!(matches!(own, ReleaseError::NoRole), "{own}");
    // Bo approves what was read, and nothing else.
    std::fs::write(office.at("read/a.html"), b"<p>other").unwrap();
    assert!(matches!(office.approve(&release), Err(ReleaseError::Unread(_))));
    std::fs::write(office.at("read/a.html"), b"<p>").unwrap();
    office.approve(&release).unwrap();
    let again = office.approve(&release).unwrap_err().to_string();
    assert!(again.contains("has approved this release already"), "{again}");
    office.seal(&release).unwrap();
    assert!(matches!(office.seal(&release), Err(ReleaseError::Stage(_))));
    let mut case = office.case(&office.bo);
    let known = case.release(&release).unwrap();
    assert_eq!(stage(&known.file), "sealed");
    assert_eq!(write(&mut case, &known, &office.at("out")).unwrap(), 4);
    let expected = ["outputs/a.html", "outputs/report.txt", "release.manifest", "release.tlog-proof"];
    assert_eq!(files(&office.at("out")), expected);
    assert!(matches!(write(&mut case, &known, &office.at("out")), Err(ReleaseError::Export(_))));
    // What an outsider does with it.
    let manifest = Manifest::parse(&std::fs::read(office.at("out/release.manifest")).unwrap()).unwrap();
    let shown = Shown::parse(&std::fs::read(office.at("out/release.tlog-proof")).unwrap()).unwrap();
    shown.verify().unwrap();
    shown.log.checkpoint.verify_with(&office.logs()).unwrap();
    let said: serde_json::Value = serde_json::from_str(&shown.canonical).unwrap();
    assert_eq!(said["manifest"], manifest.digest().to_string());
    assert_eq!(said["approvals"][0]["role"], "editor");
    // Nothing in it names a member, a source or what was cited.
    let told = format!("{manifest}{shown}{}", shown.canonical);
    for secret in ["Ada", "Bo", "S-001", "T-001", &office.statement.to_string(), &office.bo.member().to_string()] {
        // As words: two letters of a name stand in a digest or a signature by chance.
        let named = told.match_indices(secret).any(|(at, _)| {
            let beside = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '+' && c != '/');
            beside(told[..at].chars().next_back()) && beside(told[at + secret.len()..].chars().next())
        });
        assert!(!named, "{secret}");
    }
    assert_eq!(files(&office.at("out")).len(), 4);
}

#[test]
fn what_may_not_be_used_any_more_is_not_sealed_and_what_was_is_named() {
    let office = Office::new();
    let sealed = office.sealed(|_| ());
    let waiting = office.prepared(|what| what.title = "Another".into());
    office.approve(&waiting).unwrap();
    office.withdraw();
    let refused = office.seal(&waiting).unwrap_err().to_string();
    assert!(refused.contains("T-001 may not be used here"), "{refused}");
    let case = office.case(&office.ada);
    let book = Book::read(&case).unwrap();
    let rests = dependants::of(&case, &book, office.source).unwrap();
    assert_eq!(rests.released.len(), 1, "{rests:?}");
    assert!(rests.released[0].contains(&sealed) && rests.released[0].contains("S-001, T-001"), "{rests:?}");
    // A withdrawal cites nothing, names the release and says why.
    let mut case = office.case(&office.ada);
    let earlier = case.release(&sealed).unwrap();
    let digest = earlier.manifest.digest();
    let mut notice = office.preparing();
    notice.title = "Notice".into();
    notice.rests = Resting::default();
    notice.follows = Some((Follows::Withdraws, earlier, vec!["it may no longer be used".into()]));
    let (release, _) = prepare(&mut case, &book, notice).unwrap();
    let release = release.to_string();
    office.approve(&release).unwrap();
    office.seal(&release).unwrap();
    let mut case = office.case(&office.ada);
    let known = case.release("Notice").unwrap();
    assert_eq!(known.manifest.follows.map(|(how, _, of)| (how, of)), Some((Follows::Withdraws, digest)));
    assert_eq!(bundle::files(&mut case, &known).unwrap().len(), 4);
    let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
    let grounds = Grounds::of(&case, &book, &judged, crate::this_day());
    assert_eq!(no_longer(&known, &grounds), <[String; 0]>::default());
    let mut nothing = office.preparing();
    nothing.rests = Resting::default();
    assert!(matches!(prepare(&mut case, &book, nothing), Err(ReleaseError::CitesNothing)));
}

#[test]
fn who_cannot_open_what_is_cited_prepares_and_approves_nothing() {
    let office = Office::new();
    let mut case = office.case(&office.ada);
    let who = source(&case, IDENTITIES, "S-009");
    let said = statement(&case, IDENTITIES, "T-009", who.source);
    let id = said.statement;
    case.say_facts("source", "a source", &[Fact::Source(who), Fact::Statement(Box::new(said))]).unwrap();
    let release = office.prepared(|what| {
        what.rests.cited.insert(Cited::Thing(Sort::Statement, id));
    });
    let refused = office.approve(&release).unwrap_err();
    assert!(matches!(refused, ReleaseError::Closed(_)), "{refused}");
    let mut case = office.case(&office.bo);
    let book = Book::read(&case).unwrap();
    let mut what = office.preparing();
    what.rests.cited.insert(Cited::Thing(Sort::Statement, id));
    assert!(matches!(prepare(&mut case, &book, what), Err(ReleaseError::Closed(_))));
}

#[test]
fn frameworks_and_names_that_are_printed_are_committed_to() {
    let office = Office::new();
    let mut case = office.case(&office.ada);
    let name = crate::law::builtin().first().unwrap().head.id.clone();
    let law = Fact::Framework { framework: name.clone(), text: builtin_file(&name).unwrap().into() };
    let who = Fact::SourceIdentity(crate::facts::words::Identity {
        source: office.source,
        names: vec!["Ana Mirel".into()],
        details: Vec::new(),
    });
    case.say_facts("law", "a framework", &[law]).unwrap();
    case.say_facts("identity", "a name", &[who]).unwrap();
    let committed = |release: &str| -> Vec<(String, String)> {
        let case = office.case(&office.ada);
        let known = case.release(release).unwrap();
        super::cited::check(&case, &known).unwrap();
        let kind = |record: &RecordId| {
            let row = case.index().records(factum_vault::index::Records::Id(&record.0)).unwrap().remove(0);
            row.kind
        };
        let mut all: Vec<_> = known.cited.iter().map(|cited| (cited.thing.clone(), kind(&cited.record))).collect();
        all.sort();
        all
    };
    let with = |thing: &str, kind: &str| (thing.to_string(), kind.to_string());
    let plain = vec![with("S-001", "consent"), with("S-001", "source"), with("T-001", "statement")];
    assert_eq!(committed(&office.prepared(|_| ())), plain);
    let release = office.prepared(|what| what.rests.frameworks.extend([name.clone()]));
    let mut expected = [plain.clone(), vec![with(&name, "framework")]].concat();
    expected.sort();
    assert_eq!(committed(&release), expected);
    // Nobody has compared this framework with an official text, so whoever approves is told.
    let book = Book::read(&case).unwrap();
    let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
    let grounds = Grounds::of(&case, &book, &judged, crate::this_day());
    let words = no_longer(&office.case(&office.ada).release(&release).unwrap(), &grounds);
    assert!(words.len() == 1 && words[0].contains(&name), "{words:?}");
    // A name is committed to as well, and whoever approves must be able to read it.
    let release = office.prepared(|what| what.rests.named.extend([office.source]));
    assert!(committed(&release).contains(&with("S-001", "source-identity")));
    assert!(matches!(office.approve(&release), Err(ReleaseError::Closed(_))));
    let mut case = office.case(&office.bo);
    let book = Book::read(&case).unwrap();
    let mut what = office.preparing();
    what.rests.named.insert(office.source);
    let Err(ReleaseError::Closed(words)) = prepare(&mut case, &book, what) else { panic!("prepared") };
    assert_eq!(words, "the name of S-001");
}

#[test]
fn a_promise_is_kept_by_the_same_text_alone() {
    let office = Office::new();
    let release = office.prepared(|_| ());
    let mut case = office.case(&office.ada);
    let known = case.release(&release).unwrap();
    assert!(matches!(bundle::promise(&mut case, &known), Err(ReleaseError::Stage(_))));
    assert!(promise(&mut case, &known, "soon").is_err());
    promise(&mut case, &known, "2127-01-01").unwrap();
    let text = bundle::promise(&mut case, &known).unwrap();
    let shown = Shown::parse(text.as_bytes()).unwrap();
    shown.verify().unwrap();
    let said: serde_json::Value = serde_json::from_str(&shown.canonical).unwrap();
    assert_eq!(said["manifest"], known.manifest.digest().to_string());
    // The promise tells nothing of the text: its digest is salted.
    assert!(!text.contains("mill"));
}

#[test]
fn custodians_open_a_release_on_its_day_unless_it_was_revoked() {
    let office = Office::new();
    let release = office.sealed(|_| ());
    let mut case = office.case(&office.ada);
    let known = case.release(&release).unwrap();
    let (handed, _) = escrow::escrow(&mut case, &known, (2, 3), "2127-01-01").unwrap();
    assert_eq!(stage(&case.register().releases[&known.basis.release]), "sealed, in escrow");
    let head = Head::parse(&handed.head.to_string()).unwrap();
    assert_eq!(head, handed.head);
    let list = |case: &Case, made: &str| case.sign_revocations(&escrow::revocations(case, made)).unwrap();
    let logs = office.logs();
    let attempt = |list: &str, shares: usize, today: &str, archive: &[u8]| {
        let (shares, revocations) = (&handed.shares[..shares], list.as_bytes());
        escrow::open(&Brought { head: &head, archive, shares, revocations, logs: &logs, today })
    };
    let good = list(&case, "2127-01-01T08:00:00Z");
    let sealed = handed.archive.as_slice();
    let files = attempt(&good, 2, "2127-01-01", sealed).unwrap();
    assert_eq!(files, bundle::files(&mut case, &known).map(|f| f.len()).map(|n| files[..n].to_vec()).unwrap());
    assert!(files.iter().any(|(name, bytes)| name == "outputs/report.txt" && bytes == b"People were held.\n"));
    let check = |found: Result<Vec<(String, Vec<u8>)>, OpenError>, expected: &str| {
        let error = found.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected:?} is not in {error}");
    };
    check(attempt(&good, 1, "2127-01-01", sealed), "2 are needed");
    check(attempt(&good, 2, "2126-12-31", sealed), "from 2127-01-01 on, and today is 2126-12-31");
    check(attempt(&list(&case, "2126-12-31T08:00:00Z"), 2, "2127-01-01", sealed), "ask the office for a new one");
    check(attempt(&good.replace("entries", "entriez"), 2, "2127-01-01", sealed), "cannot be relied on");
    check(attempt(&good, 2, "2127-01-01", b"x"), "is not the file that release.escrow names");
    let size = case.ledger().size();
    for shares in [(6, 5), (1, 3), (2, 17)] {
        let Err(ReleaseError::Share(_)) = escrow::escrow(&mut case, &known, shares, "2127-01-01") else {
            panic!("{shares:?}")
        };
        assert!(matches!(escrow::may_be_given(&known, shares, "2127-01-01"), Err(ReleaseError::Share(_))));
    }
    assert!(matches!(escrow::may_be_given(&known, (2, 3), "soon"), Err(ReleaseError::Stage(_))));
    assert_eq!(case.ledger().size(), size);
    revoke(&mut case, &known, Class::Consent, None).unwrap();
    // From the office nobody gets it any more either.
    let revoked = case.release(&release).unwrap();
    let size = case.ledger().size();
    assert!(matches!(write(&mut case, &revoked, &office.at("late")), Err(ReleaseError::Revoked { .. })));
    let again = escrow::escrow(&mut case, &revoked, (2, 3), "2130-01-01").map(drop).unwrap_err();
    assert!(again.to_string().contains("class: consent"), "{again}");
    assert!(!office.at("late").exists() && case.ledger().size() == size);
    let list = list(&case, "2127-01-02T08:00:00Z");
    assert!(!list.contains("S-001"));
    check(attempt(&list, 3, "2127-01-02", sealed), "(class: consent)");
}

#[test]
fn what_custodians_hold_falls_with_a_consent_that_is_taken_back() {
    let office = Office::new();
    let release = office.sealed(|_| ());
    let mut case = office.case(&office.ada);
    let known = case.release(&release).unwrap();
    escrow::escrow(&mut case, &known, (2, 3), "2127-01-01").unwrap();
    let fallen = |case: &Case| -> Vec<String> {
        let book = Book::read(case).unwrap();
        let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
        let all = escrow::fallen(case, &Grounds::of(case, &book, &judged, crate::this_day())).unwrap();
        all.into_iter().flat_map(|(_, why)| why).collect()
    };
    assert_eq!(fallen(&case), <[String; 0]>::default());
    let (source, date, reason) = (office.source, "2026-05-01".into(), "fear".into());
    let gone = Withdrawal { source, date, extent: Extent::NoFurtherUse, reason };
    case.say_facts("withdraw", "taken back", &[Fact::ConsentWithdrawn(gone)]).unwrap();
    let why = fallen(&case);
    assert!(why.len() == 2 && why.iter().all(|why| why.contains("S-001")), "{why:?}");
    let known = case.release(&release).unwrap();
    revoke(&mut case, &known, Class::Consent, None).unwrap();
    assert_eq!(fallen(&case), <[String; 0]>::default());
}

#[test]
fn one_record_is_proven_to_one_reader_with_the_release_that_cites_it() {
    let office = Office::new();
    let release = office.sealed(|_| ());
    let court = SecretKey::generate().unwrap();
    let reader =
        |purpose| Reader { name: "The Court".into(), recipient: court.recipient(), purpose, about: "case 12".into() };
    let mut case = office.case(&office.bo);
    let book = Book::read(&case).unwrap();
    let judged = judge::all(&book, crate::this_day(), &|m| m.to_string());
    let grounds = Grounds::of(&case, &book, &judged, crate::this_day());
    let things = ["T-001".to_string()];
    let opened = disclose(&mut case, &book, &grounds, &things, &reader(Purpose::Courts)).unwrap();
    let cited = format!("T-001/cited-{release}");
    assert_eq!(opened.files, [cited.as_str(), "T-001/record.tlog-proof"]);
    let plain = factum_vault::parcel::open(&opened.sealed, &court).unwrap();
    let files = archive::read(&plain).unwrap();
    let shown = Shown::parse(&files[1].1).unwrap();
    shown.verify().unwrap();
    assert!(shown.canonical.contains("There were forty people in one cell."));
    // The release committed to this record: salt, leaf and path lead to the root that its seal holds.
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    let known = case.release(&release).unwrap();
    let citation = Citation::parse(&text).unwrap();
    let root = factum_log::Hash(known.file.prepared.cited.0);
    citation.verify(case.ledger().origin(), shown.leaf(), root).unwrap();
    assert!(citation.verify(case.ledger().origin(), factum_log::Hash([1; 32]), root).is_err());
    // The log knew it first; a reader to whom nobody agreed gets nothing.
    let rests = dependants::of(&case, &book, office.source).unwrap();
    assert!(rests.gone.iter().any(|gone| gone.contains("T-001 was shown to The Court")), "{rests:?}");
    let refused = disclose(&mut case, &book, &grounds, &things, &reader(Purpose::Media)).map(|_| ()).unwrap_err();
    assert!(matches!(refused, ReleaseError::NoLonger(_)), "{refused}");
    let unknown =
        disclose(&mut case, &book, &grounds, &["T-7".into()], &reader(Purpose::Courts)).map(|_| ()).unwrap_err();
    assert!(unknown.to_string().contains("T-7"), "{unknown}");
}
