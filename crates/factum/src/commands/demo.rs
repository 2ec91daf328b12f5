//! `factum demo`: an example inquiry, from lists to a report, with nothing to prepare.

mod publish;

use super::run::{ReportDate, print};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::Args;
use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::{WORKING, is_case};
use factum_case::custody::governance::Role;
use factum_case::custody::runs::Kept;
use factum_case::facts::taken_in::TakenIn;
use factum_case::inquiry::{Finished, Inquiry};
use factum_case::link::Options;
use factum_case::vault::card::Name;
use factum_case::vault::identity::Identity;
use factum_case::vault::passphrase::{Passphrase, Work};
use factum_case::{demo, output};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// Folder for the example and its results.
    #[arg(default_value = "factum-demo")]
    folder: PathBuf,
    /// Seed of the random stream.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    date: ReportDate,
}

/// The passphrase of the example's identity. It protects nothing: what is in the example is invented and lies beside it.
const PASSPHRASE: &str = "example";

/// Keeps the run in the example's case, which is founded if need be. Its keys come from the operating system, so no two are alike.
fn keep(folder: &Path, title: &str, finished: &Finished) -> Result<(Kept, TakenIn), Failure> {
    let passphrase = Passphrase::new(PASSPHRASE.into())?;
    let place = folder.join("case");
    let (lead, reviewer) = (folder.join("identity"), folder.join("identity-reviewer"));
    let opening = |file: &Path| Opening { seen: Some(super::custody::actor::seen_beside(file)), at: None };
    let mut case = if is_case(&place) {
        // The example was run here before: this run is added to its case.
        Case::open(&place, Identity::open(&std::fs::read(&lead)?, &passphrase)?, opening(&lead))?
    } else {
        let identity = made(&lead, "Example lead", &passphrase)?;
        Case::found(&place, title, identity, opening(&lead))?
    };
    let kept = case.keep_run(&demo::inputs(), finished)?;
    let testimony = demo::testimony();
    let taken = case.take_in(&testimony.inquiry, &testimony.identities.unwrap_or_default(), WORKING)?;
    // Nobody reviews a finding of their own, so the example has a second member.
    let second = if reviewer.exists() {
        Identity::open(&std::fs::read(&reviewer)?, &passphrase)?
    } else {
        let identity = made(&reviewer, "Example reviewer", &passphrase)?;
        case.add_member("Example reviewer", &identity.card(), Role::Analyst, &[WORKING.to_string()])?;
        identity
    };
    let mut reading = Case::open(&place, second, opening(&reviewer))?;
    demo::review(&mut reading)?;
    demo::vouch(&mut reading)?;
    drop(reading);
    drop(case);
    let lead_again = Identity::open(&std::fs::read(&lead)?, &passphrase)?;
    demo::adopt(&mut Case::open(&place, lead_again, opening(&lead))?, factum_case::this_day())?;
    Ok((kept, taken))
}

/// A new identity in a file.
fn made(file: &Path, name: &str, passphrase: &Passphrase) -> Result<Identity, Failure> {
    let identity = Identity::generate(Name::new(name)?, &factum_case::now())?;
    super::custody::identity::write_new(file, &identity.close(passphrase, Work::Random)?)?;
    Ok(identity)
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let report_date = arguments.date.get()?;
    let folder = &arguments.folder;
    let stages = Stages::new();
    stages.say("reading lists");
    output::prepare(folder, &[], &[])?;
    output::write_all(folder, &demo::files())?;
    let (settings, reading, truth) = demo::read()?;
    let options = Options { seed: arguments.seed, ..Options::default() };
    let inquiry =
        Inquiry { settings: &settings, reading: &reading, options, report_date, truth: Some(truth), first_run: 1 };
    let finished = inquiry.run(&stages)?;
    stages.finish();
    finished.write(folder)?;
    print(&finished);
    stages.say("sealing the case");
    let (kept, taken) = keep(folder, settings.title.as_deref().unwrap_or("The example"), &finished)?;
    stages.finish();
    stages.say("publishing");
    let published = publish::publish(folder)?;
    stages.finish();
    let lists = folder.join("lists");
    let transactions = kept.receipts.len() + usize::from(taken.receipt.is_some());
    say!(
        "\nThe case is {}: lists, linkage, estimates, report and testimony, sealed, in {transactions} transactions.",
        folder.join("case").display()
    );
    say!("Its lead's identity is {}, the passphrase {PASSPHRASE:?}.", folder.join("identity").display());
    say!("A second member, who reviewed its findings, is {}.", folder.join("identity-reviewer").display());
    say!("\nEverything is in {}: read report.pdf or report.html.", folder.display());
    say!("The same on your own lists: factum run LIST… --settings SETTINGS.toml --out DIR");
    say!("Settings to start from: {}", lists.join("settings.toml").display());
    say!("Testimony, as it is written by hand: {}", folder.join("inquiry").display());
    say!("A draft of a report on it: {}", folder.join("draft.md").display());
    if let Some(published) = published {
        say!(
            "\nThe report built from that draft ({} pages, also as HTML and DOCX) was cleared, searched for names, approved and sealed:",
            published.pages
        );
        say!("{} files in {}. As an outsider checks it:", published.files, published.bundle.display());
        say!(
            "cargo run --release -p factum-verify -- {} --policy {}",
            published.bundle.display(),
            published.policy.display()
        );
    }
    Ok(())
}
