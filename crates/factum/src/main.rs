//! The program: the only place that knows the terminal.

mod commands;
mod failure;
mod progress;
mod terminal;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A fact-finding workbench for human-rights inquiries.
///
/// Takes lists of people from several sources, works out which records speak of one person, estimates how many people no
/// list recorded, and writes a report in which every number names the computation that made it. Works offline;
/// only `factum witness ask` and `factum witness serve` use a network, at an address you type.
#[derive(Parser)]
#[command(name = "factum", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an identity, or show one.
    Identity(commands::custody::identity::Arguments),
    /// Begin a case: a sealed folder that proves it was not altered.
    Init(commands::custody::init::Arguments),
    /// Let people into a case, change what they may do, or end it.
    Member(commands::custody::member::Arguments),
    /// Tell who may read, write, approve and release what.
    Access(commands::custody::access::Arguments),
    /// Make compartments, and open or close them to members.
    Compartment(commands::custody::compartment::Arguments),
    /// Say how the inquiry wants something done.
    Set(commands::custody::compartment::SetArguments),
    /// Make a key to everything, in shares, or put shares together.
    Recovery(commands::custody::recovery::Arguments),
    /// Look at every file of a case: is everything here, and what the log says?
    Check(commands::custody::check::Arguments),
    /// Make anew what is only a copy of what the log says.
    View(commands::custody::check::ViewArguments),
    /// Show what was done, by whom and when, the newest first.
    Log(commands::custody::log::Arguments),
    /// Take back what a transaction said, by a new one.
    Undo(commands::custody::log::UndoArguments),
    /// Destroy evidence: plan it, carry the plan out.
    Shred(commands::custody::shred::Arguments),
    /// Agree, as a second lead, to a plan.
    Approve(commands::custody::shred::ApproveArguments),
    /// Turn the key of a compartment, and seal what is in it again.
    Rotate(commands::custody::shred::RotateArguments),
    /// Take files and folders into a case as evidence.
    Collect(commands::custody::collect::Arguments),
    /// List what is in a case, or tell all that is known of one item.
    Items(commands::custody::items::Arguments),
    /// Write the exact bytes of items into a folder; the log knows it first.
    Export(commands::custody::export::Arguments),
    /// Take in a transcript, translation, redaction or excerpt of an item.
    Derive(commands::custody::derive::Arguments),
    /// Tell everything that happened to an item.
    Custody(commands::custody::chain::Arguments),
    /// Find words in a case, of whatever you can open.
    Search(commands::custody::search::Arguments),
    /// Take in an inquiry that was written as a folder of plain files.
    Inquiry(commands::facts::inquiry::Arguments),
    /// Take in sources under codes, what they agreed to, and who depends on whom.
    Source(commands::facts::source::Arguments),
    /// Take in what was said in conversations, and show passages of it.
    Interview(commands::facts::interview::Arguments),
    /// Take in documents, tables, recordings and translations, and show passages of them.
    Document(commands::facts::document::Arguments),
    /// Tell what can be said of persons, places, acts and events, and add to it.
    Schema(commands::facts::schema::Arguments),
    /// Take in what statements are about: persons, places, events, acts; bring files in and out.
    Entity(commands::facts::entity::Arguments),
    /// Show what sources say of one thing, side by side; accept a value, or say that it is contested.
    Claim(commands::facts::claim::Arguments),
    /// Count what was told again and again, beside how many could have known.
    Pattern(commands::facts::pattern::Arguments),
    /// Write down what sources say, and whether it still stands.
    Statement(commands::facts::statement::Arguments),
    /// Write down propositions and what bears on them; say whether they may be adopted.
    Finding(commands::facts::finding::Arguments),
    /// Draw what is known, for the inquiry's own use: ties of sources, a timeline, coverage.
    Picture(commands::facts::picture::Arguments),
    /// Tell what was asked of States and bodies, and what came back or is late.
    Request(commands::facts::request::Arguments),
    /// Open a folder for drafts outside the case, and seal and remove what lies there when it is closed.
    Work(commands::custody::work::Arguments),
    /// Tell what States and bodies hold, beside the findings they answer.
    Position(commands::facts::position::Arguments),
    /// Prepare the numbered copy of a draft for comment, log corrections, annex the reply.
    Comment(commands::facts::comment::Arguments),
    /// Tell what somebody is asked to do, and what became of it.
    Recommendation(commands::facts::recommendation::Arguments),
    /// Hold findings against elements of law; persons compare, assess and conclude.
    Law(commands::facts::law::Arguments),
    /// Look whether every sentence of a draft may stand; build it.
    Report(commands::facts::report::Arguments),
    /// Fix a publication, have others agree, seal it, and give it out so that outsiders can check it.
    Release(Box<commands::release::Arguments>),
    /// Prove single records to one reader, sealed to that reader.
    Disclose(commands::disclose::Arguments),
    /// Look what a draft would tell of people in small numbers and of single sources, and keep what has left.
    Guard(commands::facts::guard::Arguments),
    /// Make a copy of an item without what must not be told.
    Redact(commands::facts::redact::Arguments),
    /// Search what is to leave for names, days and places that must not be told.
    Leak(commands::facts::leak::Arguments),
    /// Have the log countersigned by others, or countersign for others.
    Witness(commands::custody::witness::Arguments),
    /// Have the log time-stamped.
    Stamp(commands::custody::stamp::Arguments),
    /// Write what an outsider needs to check this case.
    Policy(commands::custody::policy::Arguments),
    /// Prove one item or record to an outsider without showing its neighbours.
    Prove(commands::custody::policy::Prove),
    /// Bring work that was done away from the log to it.
    Bundle(commands::custody::bundle::Arguments),
    /// Seal in the field what only the office can open.
    Kit(commands::custody::kit::Arguments),
    /// Say what this case is to another one.
    Case(commands::custody::kit::CaseArguments),
    /// Write an example inquiry into a folder, run it, and leave the report there.
    Demo(commands::demo::Arguments),
    /// Link lists, estimate how many people they miss, and write the report.
    Run(commands::run::Arguments),
    /// Look at lists before using them.
    List(commands::list::Arguments),
    /// Find out which records of several lists speak of one person.
    Link(commands::link::Arguments),
    /// Judge, side by side, the pairs of records from which the linkage learns most.
    Review(commands::review::Arguments),
    /// Measure a linkage by a sample of pairs that people judge blind.
    Audit(commands::audit::Arguments),
    /// Show why records were put together or kept apart, and what the linkage learned.
    Explain(commands::explain::Arguments),
    /// Estimate how many people no list recorded.
    Estimate(commands::estimate::Arguments),
    /// Look into one file from standard input, without rights. Factum starts this itself.
    #[command(name = commands::extract_child::NAME, hide = true)]
    ExtractChild(commands::extract_child::Arguments),
}

fn main() -> ExitCode {
    failure::quiet_panics();
    let outcome = match Arguments::parse().command {
        Command::Identity(arguments) => commands::custody::identity::run(&arguments),
        Command::Init(arguments) => commands::custody::init::run(&arguments),
        Command::Member(arguments) => commands::custody::member::run(&arguments),
        Command::Access(arguments) => commands::custody::access::run(&arguments),
        Command::Compartment(arguments) => commands::custody::compartment::run(&arguments),
        Command::Set(arguments) => commands::custody::compartment::set(&arguments),
        Command::Recovery(arguments) => commands::custody::recovery::run(&arguments),
        Command::Check(arguments) => commands::custody::check::run(&arguments),
        Command::View(arguments) => commands::custody::check::view(&arguments),
        Command::Log(arguments) => commands::custody::log::run(&arguments),
        Command::Undo(arguments) => commands::custody::log::undo(&arguments),
        Command::Shred(arguments) => commands::custody::shred::run(&arguments),
        Command::Approve(arguments) => commands::custody::shred::approve(&arguments),
        Command::Rotate(arguments) => commands::custody::shred::rotate(&arguments),
        Command::Collect(arguments) => commands::custody::collect::run(&arguments),
        Command::Items(arguments) => commands::custody::items::run(&arguments),
        Command::Export(arguments) => commands::custody::export::run(&arguments),
        Command::Derive(arguments) => commands::custody::derive::run(&arguments),
        Command::Custody(arguments) => commands::custody::chain::run(&arguments),
        Command::Search(arguments) => commands::custody::search::run(&arguments),
        Command::Inquiry(arguments) => commands::facts::inquiry::run(&arguments),
        Command::Source(arguments) => commands::facts::source::run(&arguments),
        Command::Interview(arguments) => commands::facts::interview::run(&arguments),
        Command::Document(arguments) => commands::facts::document::run(&arguments),
        Command::Schema(arguments) => commands::facts::schema::run(&arguments),
        Command::Entity(arguments) => commands::facts::entity::run(&arguments),
        Command::Claim(arguments) => commands::facts::claim::run(&arguments),
        Command::Pattern(arguments) => commands::facts::pattern::run(&arguments),
        Command::Statement(arguments) => commands::facts::statement::run(&arguments),
        Command::Finding(arguments) => commands::facts::finding::run(&arguments),
        Command::Picture(arguments) => commands::facts::picture::run(&arguments),
        Command::Request(arguments) => commands::facts::request::run(&arguments),
        Command::Position(arguments) => commands::facts::position::run(&arguments),
        Command::Comment(arguments) => commands::facts::comment::run(&arguments),
        Command::Recommendation(arguments) => commands::facts::recommendation::run(&arguments),
        Command::Law(arguments) => commands::facts::law::run(&arguments),
        Command::Report(arguments) => commands::facts::report::run(&arguments),
        Command::Release(arguments) => commands::release::run(&arguments),
        Command::Disclose(arguments) => commands::disclose::run(&arguments),
        Command::Work(arguments) => commands::custody::work::run(&arguments),
        Command::Guard(arguments) => commands::facts::guard::run(&arguments),
        Command::Redact(arguments) => commands::facts::redact::run(&arguments),
        Command::Leak(arguments) => commands::facts::leak::run(&arguments),
        Command::Witness(arguments) => commands::custody::witness::run(&arguments),
        Command::Stamp(arguments) => commands::custody::stamp::run(&arguments),
        Command::Policy(arguments) => commands::custody::policy::run(&arguments),
        Command::Prove(arguments) => commands::custody::policy::prove(&arguments),
        Command::Bundle(arguments) => commands::custody::bundle::run(&arguments),
        Command::Kit(arguments) => commands::custody::kit::run(&arguments),
        Command::Case(arguments) => commands::custody::kit::case(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::List(arguments) => commands::list::run(&arguments),
        Command::Link(arguments) => commands::link::run(&arguments),
        Command::Review(arguments) => commands::review::run(&arguments),
        Command::Audit(arguments) => commands::audit::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Estimate(arguments) => commands::estimate::run(&arguments),
        Command::ExtractChild(arguments) => commands::extract_child::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(rehearsed) if rehearsed.exit_code() == 0 => {
            say!("{rehearsed}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
