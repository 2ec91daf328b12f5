//! How does the example become a publication that an outsider can check?
//!
//! Its draft is built, what its pages tell of single sources is decided on, its files are searched for names, a second member agrees, and
//! the release is sealed and read again as a stranger would read it.

use super::{Case, Identity, Opening, Passphrase};
use crate::commands::release::{clear, search};
use crate::commands::{custody, facts};
use crate::failure::Failure;
use factum_case::clearance::{Clearance, leaving};
use factum_case::facts::words::Fact;
use factum_case::publication::gate::Grounds;
use factum_case::publication::material::Memory;
use factum_case::publication::{Form, draft, rendered};
use factum_case::release::prepare::{Preparing, prepare};
use factum_case::release::{approve, bundle};
use factum_case::{demo, output};
use std::path::{Path, PathBuf};

/// The role under which readers see that the second member agreed.
const ROLE: &str = "second-reader";

/// Why the example's sources may be told of: the reason that a real inquiry would have to weigh for each.
const REASON: &str = "Everybody in the example is invented; of a real source it would be asked whether those who know it could tell it by this.";

/// What became of it.
pub struct Published {
    /// The folder of the bundle.
    pub bundle: PathBuf,
    /// The policy by which it is checked; in a real inquiry it reaches readers another way.
    pub policy: PathBuf,
    /// How many files the bundle has.
    pub files: usize,
    /// Pages of the PDF.
    pub pages: usize,
}

/// Builds, clears, searches, approves and seals the example's report; nothing if that was done here before.
pub fn publish(folder: &Path) -> Result<Option<Published>, Failure> {
    let (built, sealed, policy) = (folder.join("built"), folder.join("release"), folder.join("policy"));
    if sealed.exists() {
        return Ok(None);
    }
    let mut case = opened(folder, "identity")?;
    decide(&mut case)?;
    let (outputs, pages) = build(&case)?;
    output::write_all(&built, &outputs)?;
    let release = fix(&mut case, outputs)?;
    let member = case.which("Example reviewer")?;
    if case.register().public_roles.get(&member).is_none_or(|role| role != ROLE) {
        approve::give_role(&mut case, member, ROLE)?;
    }
    drop(case);
    let mut second = opened(folder, "identity-reviewer")?;
    let known = second.release(&release)?;
    approve::approve(&mut second, &known, &built)?;
    drop(second);
    let mut case = opened(folder, "identity")?;
    let known = case.release(&release)?;
    let book = facts::book(&case)?;
    let judged = facts::finding::judged(&case, &book);
    let grounds = Grounds::of(&case, &book, &judged, factum_case::this_day());
    approve::seal(&mut case, &known, &grounds)?;
    let known = case.release(&release)?;
    let files = bundle::write(&mut case, &known, &sealed)?;
    custody::identity::write_new(&policy, case.policy(&[], 0, &[])?.as_bytes())?;
    Ok(Some(Published { bundle: sealed, policy, files, pages }))
}

fn opened(folder: &Path, who: &str) -> Result<Case, Failure> {
    let file = folder.join(who);
    let identity = Identity::open(&std::fs::read(&file)?, &Passphrase::new(super::PASSPHRASE.into())?)?;
    let seen = Some(custody::actor::seen_beside(&file));
    Ok(Case::open(&folder.join("case"), identity, Opening { seen, at: None })?)
}

/// Decides, for each source of which all that is told fits few, that it may leave.
fn decide(case: &mut Case) -> Result<(), Failure> {
    let book = facts::book(case)?;
    let tells = leaving::tells(case, &book, demo::REPORT, leaving::PREPARED);
    let waiting = leaving::waiting(case, &book, &tells.told, &Clearance::of(case, &book, None)?);
    let decided: Vec<Fact> = waiting.iter().map(|p| Fact::ProfileDecided(p.decision(true, REASON))).collect();
    if !decided.is_empty() {
        case.say_facts("guard", "What the example's report tells of its sources may leave", &decided)?;
    }
    Ok(())
}

/// Files by name.
type Files = Vec<(String, Vec<u8>)>;

/// The report in its three forms, and how many pages it has.
fn build(case: &Case) -> Result<(Files, usize), Failure> {
    let built = facts::report_build::built(case, demo::REPORT, false, &mut Memory::default()).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(|p| format!("line {}: {}", p.line, p.what)).collect();
        Failure::new(format!("the example's draft cannot be built: {}", all.join("; ")))
    })?;
    let (mut files, mut pages) = (Vec::new(), 0);
    for form in [Form::Pdf, Form::Html, Form::Docx] {
        let made = rendered(&built.dossier, form)?;
        pages = pages.max(made.pages.unwrap_or(0));
        files.push((format!("report.{}", form.ending()), made.bytes));
    }
    Ok((files, pages))
}

/// Fixes the files of the release, cleared and searched. Returns its number.
fn fix(case: &mut Case, outputs: Files) -> Result<String, Failure> {
    let book = facts::book(case)?;
    let judged = facts::finding::judged(case, &book);
    let grounds = Grounds::of(case, &book, &judged, factum_case::this_day());
    let (draft, _) = draft::read(demo::REPORT);
    let draft = draft.ok_or_else(|| Failure::new("the example's draft cannot be read"))?;
    let (rests, _) = factum_case::publication::gate::judge(&draft, &grounds);
    let purpose = leaving::made_for(&draft.head.purpose);
    let names: Vec<&str> = outputs.iter().map(|(name, _)| name.as_str()).collect();
    let checks = vec![search(case, &book, purpose, &outputs)?, clear(case, &book, demo::REPORT, &names)?];
    let preparing = Preparing {
        title: draft.head.title,
        date: draft.head.date,
        purpose,
        outputs,
        draft: Some(("draft.md".into(), demo::REPORT.as_bytes().to_vec())),
        checks,
        follows: None,
        rests: rests.into(),
    };
    Ok(prepare(case, &book, preparing)?.0.to_string())
}
