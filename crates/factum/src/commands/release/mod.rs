//! `factum release`: a publication is fixed, agreed to, sealed, and given out so that outsiders can check it.

pub mod custodians;
mod look;
mod outputs;

use crate::commands::custody::acknowledged;
use crate::commands::custody::actor::Actor;
use crate::commands::custody::identity::write_new;
use crate::commands::facts;
use crate::commands::{Format, counted, extract_child, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::clearance::leaving;
use factum_case::custody::evidence::Detail;
use factum_case::custody::folder::Case;
use factum_case::extract::Examiner;
use factum_case::facts::words::Purpose;
use factum_case::facts::{Book, judge};
use factum_case::leak::apart::Apart;
use factum_case::leak::{self, Outcome};
use factum_case::publication::build::Built;
use factum_case::publication::draft;
use factum_case::publication::gate::Grounds;
use factum_case::publication::material::Memory;
use factum_case::publication::working_versions;
use factum_case::release::ReleaseError;
use factum_case::release::cited::Resting;
use factum_case::release::log::{Class, Follows};
use factum_case::release::prepare::{Preparing, prepare};
use factum_case::release::{approve, bundle};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Give a member a role under which readers see that somebody approved; `none` takes it away.
    Role {
        /// The member.
        member: String,
        /// The role, as readers will see it: editor, legal-review.
        role: String,
    },
    /// Fix the files of a publication and commit to everything it rests on. Nothing leaves yet.
    Prepare(Box<Prepare>),
    /// Show the releases there are.
    List {
        /// For people or for programs.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Tell all about one release: its files, what it rests on, what still stands.
    Show {
        /// The release: the beginning of its number or title.
        release: String,
    },
    /// Agree to a release, having read its files. Readers see your role and never your name.
    Approve {
        /// The release.
        release: String,
        /// The folder with the files as you have read them.
        #[arg(long, value_name = "DIR")]
        outputs: PathBuf,
    },
    /// Promise a release for a day before it is sealed, in a file to be published now: what is withheld or edited later shows.
    Commit {
        /// The release.
        release: String,
        /// The day.
        #[arg(long, value_name = "DAY")]
        publish_on: String,
        /// Where to write the promise.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Seal a release, and write its bundle or give it to custodians.
    Seal {
        /// The release.
        release: String,
        /// Where to write the bundle: a new folder outside the case; with --escrow, what custodians get.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Give it to custodians instead: how many of how many shares open it, as 3/5.
        #[arg(long, value_name = "K/N", value_parser = custodians::shares, requires = "publish_on")]
        escrow: Option<(u8, u8)>,
        /// From which day on custodians may open it.
        #[arg(long, value_name = "DAY", requires = "escrow")]
        publish_on: Option<String>,
    },
    /// Write the bundle of a sealed release again, under the checkpoint that most have countersigned since.
    Bundle {
        /// The release.
        release: String,
        /// Where: a new folder outside the case.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Tell custodians not to open a release.
    Revoke {
        /// The release.
        release: String,
        /// Why, as a class that points to nobody: consent, danger, error, law, replaced.
        #[arg(long, value_parser = one_of(&Class::ALL))]
        class: Class,
        /// The release in its place.
        #[arg(long, value_name = "RELEASE")]
        replacement: Option<String>,
    },
    /// Write the signed list of revocations that custodians and readers ask for.
    Revocations {
        /// Where.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// As custodians, open a release on its day. It takes no case and no identity.
    Open(custodians::Open),
}

#[derive(Args)]
struct Prepare {
    /// The files to be published.
    #[arg(required = true)]
    outputs: Vec<PathBuf>,
    /// The draft they were built from: they must be what it builds today. It says what they rest on, and gives title, date and purpose.
    #[arg(long, value_name = "FILE")]
    draft: Option<PathBuf>,
    /// A file beside the report, a picture, a redacted text or a table, of which the manifest says that its counts are not cleared; again for
    /// others.
    #[arg(long = "annex", value_name = "FILE", requires = "draft")]
    annexes: Vec<PathBuf>,
    /// Why files that no draft builds, and in which people may be counted, leave as they are: published in the manifest.
    #[arg(long, value_name = "REASON")]
    uncleared: Option<String>,
    /// Something else it rests on, by code; again for others.
    #[arg(long = "cites", value_name = "CODE")]
    cites: Vec<String>,
    /// What it is called [default: the draft's title].
    #[arg(long, required_unless_present = "draft")]
    title: Option<String>,
    /// The day on it [default: the draft's date, or today].
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// For what it is made [default: the draft's purpose, and no other].
    #[arg(long, value_parser = one_of(&Purpose::ALL), required_unless_present = "draft")]
    purpose: Option<Purpose>,
    /// The report of a check, kept in the case; its name and first line are published. Again for others.
    #[arg(long = "check", value_name = "FILE")]
    checks: Vec<PathBuf>,
    /// The sealed release in whose place it stands.
    #[arg(long, value_name = "RELEASE", requires = "changes", conflicts_with = "withdraws")]
    corrects: Option<String>,
    /// The sealed release that it withdraws.
    #[arg(long, value_name = "RELEASE", requires = "changes")]
    withdraws: Option<String>,
    /// What is different, in words that are published; again for others.
    #[arg(long = "change", value_name = "WORDS")]
    changes: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let actor = &arguments.actor;
    match &arguments.command {
        Command::Role { member, role } => {
            let mut case = actor.open()?;
            let member = case.which(member)?;
            acknowledged(&approve::give_role(&mut case, member, role)?);
            Ok(())
        }
        Command::Prepare(what) => make(&mut actor.open()?, what),
        Command::List { format } => look::list(&actor.open()?, *format),
        Command::Show { release } => look::show(&actor.open()?, release),
        Command::Approve { release, outputs } => {
            let mut case = actor.open()?;
            let known = case.release(release)?;
            warn_of_what_fell(&case, &known)?;
            acknowledged(&approve::approve(&mut case, &known, outputs)?);
            Ok(())
        }
        Command::Commit { release, publish_on, out } => {
            let mut case = actor.open()?;
            let known = case.release(release)?;
            acknowledged(&approve::promise(&mut case, &known, publish_on)?);
            write_new(out, bundle::promise(&mut case, &known)?.as_bytes())?;
            say!("Publish {} now. It tells the day and nothing of the text.", out.display());
            Ok(())
        }
        Command::Seal { release, out, escrow, publish_on } => {
            let mut case = actor.open()?;
            seal(&mut case, release, out, escrow.zip(publish_on.as_deref()))
        }
        Command::Bundle { release, out } => {
            let mut case = actor.open()?;
            let known = case.release(release)?;
            write_bundle(&mut case, &known, out)
        }
        Command::Revoke { release, class, replacement } => {
            let mut case = actor.open()?;
            let known = case.release(release)?;
            let instead = replacement.as_deref().map(|meant| case.release(meant)).transpose()?;
            let instead = instead.map(|known| known.basis.release);
            acknowledged(&approve::revoke(&mut case, &known, *class, instead)?);
            say!("Send custodians a new list: factum release revocations --out FILE");
            Ok(())
        }
        Command::Revocations { out } => custodians::list(&actor.open()?, out),
        Command::Open(open) => custodians::open(open),
    }
}

fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes))
}

/// What a draft gives to a release, and what is cleared of it.
struct Drafted {
    file: outputs::File,
    head: draft::Head,
    built: Built,
}

/// Builds the draft as `factum report build` does, with its counts cleared, and refuses it with the same problems.
fn drafted(case: &Case, path: &Path) -> Result<Drafted, Failure> {
    let text = facts::report::text_of(path)?;
    let built = facts::report_build::built(case, &text, false, &mut Memory::default()).map_err(|problems| {
        facts::report::tell(path, &problems);
        Failure::new(format!("{} in the draft; nothing is prepared", counted(problems.len() as u64, "problem")))
    })?;
    let head = draft::read(&text).0.map(|draft| draft.head);
    let head = head.ok_or_else(|| Failure::new(format!("{} cannot be read", path.display())))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Drafted { file: (name, text.into_bytes()), head, built })
}

/// For what a release is made. A draft was judged for its own purpose, and is published for no other.
fn purpose(given: Option<Purpose>, head: Option<&draft::Head>) -> Result<Purpose, Failure> {
    let own = head.and_then(|head| Purpose::of(&head.purpose));
    match (given, own) {
        (Some(given), Some(own)) if given != own => {
            let what = format!("the draft is written for {}, and not for {}", own.name(), given.name());
            Err(Failure::new(what).hint("change the purpose in its head, and build again"))
        }
        (given, own) => match given.or(own).unwrap_or(Purpose::ReportAnonymised) {
            Purpose::Internal => Err(ReleaseError::Internal.into()),
            purpose => Ok(purpose),
        },
    }
}

fn make(case: &mut Case, what: &Prepare) -> Result<(), Failure> {
    let book = facts::book(case)?;
    let judged = facts::finding::judged(case, &book);
    let grounds = Grounds::of(case, &book, &judged, factum_case::this_day());
    let drafted = what.draft.as_deref().map(|path| drafted(case, path)).transpose()?;
    let head = drafted.as_ref().map(|drafted| drafted.head.clone());
    let purpose = purpose(what.purpose, head.as_ref())?;
    let mut rests: Resting = drafted.as_ref().map(|drafted| drafted.built.rests.clone().into()).unwrap_or_default();
    for code in &what.cites {
        rests.cited.insert(grounds.cited(code).map_err(Failure::new)?);
    }
    let earlier = |meant: &Option<String>, how: Follows| -> Result<_, Failure> {
        let known = meant.as_deref().map(|meant| case.release(meant)).transpose()?;
        Ok(known.map(|known| (how, known, what.changes.clone())))
    };
    let follows = match earlier(&what.corrects, Follows::Corrects)? {
        Some(follows) => Some(follows),
        None => earlier(&what.withdraws, Follows::Withdraws)?,
    };
    let today = factum_case::now().chars().take(10).collect();
    let date = what.date.clone().or(head.as_ref().map(|head| head.date.clone())).unwrap_or(today);
    let mut files = what.outputs.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let annexes = what.annexes.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let control = control(case, &book, what, drafted.as_ref(), &files, &annexes)?;
    files.extend(annexes);
    let given = what.checks.iter().map(|path| check(path)).collect::<Result<Vec<_>, _>>()?;
    let title = what.title.clone().or(head.as_ref().map(|head| head.title.clone())).unwrap_or_default();
    // What the manifest says leaves with the files, and is searched like them.
    let said = control.iter().chain(&given).map(|(words, _)| words);
    let said: Vec<&str> = std::iter::once(&title).chain(&what.changes).chain(said).map(String::as_str).collect();
    let mut searched = files.clone();
    searched.push((MANIFEST.into(), said.join("\n\n").into_bytes()));
    let mut checks = vec![search(case, &book, purpose, &searched)?];
    checks.extend(control);
    checks.extend(given);
    let preparing = Preparing {
        title,
        date,
        purpose,
        outputs: files,
        draft: drafted.map(|drafted| drafted.file),
        checks,
        follows,
        rests,
    };
    let (release, receipt) = prepare(case, &book, preparing)?;
    acknowledged(&receipt);
    say!("The release {release} is prepared. Its files are fixed from here on.");
    match case.register().approvals_needed() {
        0 => say!("Next: factum release seal {release} --out DIR"),
        needed => {
            say!("Next, by {}: factum release approve {release} --outputs DIR", counted(needed as u64, "other member"));
        }
    }
    Ok(())
}

/// What is said of the counts in each file. What a draft is given for must be what it builds with its counts cleared.
fn control(
    case: &Case,
    book: &Book,
    what: &Prepare,
    drafted: Option<&Drafted>,
    files: &[outputs::File],
    annexes: &[outputs::File],
) -> Result<Vec<(String, Detail)>, Failure> {
    let reason = what.uncleared.as_deref();
    let (Some(drafted), Some(path)) = (drafted, &what.draft) else { return outputs::uncleared(files, false, reason) };
    outputs::drawn(&drafted.built, path, files)?;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let mut said = vec![clear(case, book, &String::from_utf8_lossy(&drafted.file.1), &names)?];
    said.extend(outputs::uncleared(annexes, true, reason)?);
    Ok(said)
}

/// As what the words of a manifest are searched.
const MANIFEST: &str = "words of the manifest.txt";

/// Refuses what a build for the inquiry itself drew: its counts are not cleared, and it says so on every page.
fn refuse_working_versions(files: &[outputs::File], reader: &dyn Apart) -> Result<(), Failure> {
    let packed = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let stamps: Vec<String> = working_versions().map(packed).collect();
    let is_one = |(name, bytes): &&outputs::File| {
        let words = reader.words(name, bytes).words;
        words.iter().map(|words| packed(&words.text)).any(|text| stamps.iter().any(|stamp| text.contains(stamp)))
    };
    let names: Vec<&str> = files.iter().filter(is_one).map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let what = format!("{} built for the inquiry itself; nothing is prepared", names.join(", "));
    Err(Failure::new(what).hint("build it without --internal, and give its draft with --draft"))
}

/// The search of the files for names, days and places that nobody agreed to publish. With an alarm there is no release.
pub fn search(
    case: &Case,
    book: &Book,
    purpose: Purpose,
    files: &[(String, Vec<u8>)],
) -> Result<(String, Detail), Failure> {
    let outputs: Vec<leak::Output> =
        files.iter().map(|(name, bytes)| leak::Output { name: name.clone(), bytes: bytes.clone() }).collect();
    let gathered = leak::names::gather(case, book, purpose, factum_case::this_day())?;
    let reader = Examiner::this_program(extract_child::NAME)?;
    refuse_working_versions(files, &reader)?;
    let report = leak::check(&gathered, &outputs, &reader);
    for found in report.found.iter().filter(|found| found.alarm) {
        eprintln!("alarm: {}: {}: {} ({})", found.file, found.place, found.what, found.handle);
    }
    let outcome = match report.outcome() {
        Outcome::Alarm => {
            let hint = "take it out of the draft or the picture, and build again: factum leak check tells more";
            return Err(Failure::new("the files tell what nobody agreed to publish").hint(hint));
        }
        Outcome::Incomplete => {
            report.closed.iter().chain(&report.unread).for_each(|what| eprintln!("not searched: {what}"));
            "nothing found, but not everything could be searched"
        }
        Outcome::Clean => "nothing found",
    };
    let words = format!("search for names, days and places: {outcome}");
    Ok((words, Detail::new("leak check", String::from_utf8_lossy(&factum_case::json(&report)))))
}

/// That everything a draft tells may leave, of files that were built from it. What it tells is written down when the release is sealed.
pub fn clear(case: &Case, book: &Book, draft: &str, built: &[&str]) -> Result<(String, Detail), Failure> {
    let facts = leaving::facts(case, book, draft, None).map_err(|error| Failure::new(error.to_string()))?;
    Ok(outputs::cleared(built, &facts))
}

/// A report of a check: its name with its first line, and all of it.
fn check(path: &Path) -> Result<(String, Detail), Failure> {
    let (name, bytes) = read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{} is no text in UTF-8", path.display())))?;
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
    Ok((format!("{name}: {first}"), Detail::new(name, text)))
}

fn warn_of_what_fell(case: &Case, known: &factum_case::release::Known) -> Result<(), Failure> {
    let book = facts::book(case)?;
    for why in fallen(case, &book, known) {
        eprintln!("warning: as things stand today it could not be sealed: {why}");
    }
    Ok(())
}

fn fallen(case: &Case, book: &Book, known: &factum_case::release::Known) -> Vec<String> {
    let judged = judge::all(book, factum_case::this_day(), &|member| case.register().name_of(member));
    approve::no_longer(known, &Grounds::of(case, book, &judged, factum_case::this_day()))
}

fn seal(case: &mut Case, meant: &str, out: &Path, escrow: Option<((u8, u8), &str)>) -> Result<(), Failure> {
    let known = case.release(meant)?;
    // What would be refused after sealing is refused before.
    factum_case::release::escrow::place(out)?;
    if out.exists() && escrow.is_none() {
        return Err(
            Failure::new(format!("{} exists already", out.display())).hint("name a folder that is not there yet")
        );
    }
    if let Some((shares, day)) = escrow {
        custodians::ready(&known, shares, day, out)?;
    }
    let book = facts::book(case)?;
    let judged = facts::finding::judged(case, &book);
    let grounds = Grounds::of(case, &book, &judged, factum_case::this_day());
    // What was sealed already can be given to custodians again, if the files of the first time were lost.
    if known.file.sealed.is_none() || escrow.is_none() {
        acknowledged(&approve::seal(case, &known, &grounds)?);
    }
    match escrow {
        Some((shares, day)) => custodians::hand_out(case, &known, shares, day, out),
        None => write_bundle(case, &known, out),
    }
}

fn write_bundle(case: &mut Case, known: &factum_case::release::Known, out: &Path) -> Result<(), Failure> {
    let count = bundle::write(case, known, out)?;
    say!("{} in {}. To check it:", counted(count as u64, "file"), out.display());
    say!("factum-verify {} --policy POLICY", out.display());
    Ok(())
}
