//! `factum shred` and `factum approve`: how is evidence destroyed, by whose decision, and what stays?

use super::acknowledged;
use super::actor::Actor;
use crate::commands::{counted, facts};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::ids::TransactionId;
use factum_case::custody::shred::Takes;
use factum_case::facts::destroying;

#[derive(Args)]
#[command(arg_required_else_help = true)]
#[group(id = "step", required = true, multiple = false, args = ["plan", "preview", "execute", "list"])]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// Plan to destroy these items, interviews or documents and all that was derived from them, or what tells who these sources are.
    /// Nothing is destroyed yet.
    #[arg(long, value_name = "ITEM|CODE", num_args = 1.., requires = "reason")]
    plan: Vec<String>,
    /// Show what such a plan would take and leave, and write nothing.
    #[arg(long, value_name = "ITEM|CODE", num_args = 1..)]
    preview: Vec<String>,
    /// Carry out a plan: what it takes cannot be brought back.
    #[arg(long, value_name = "PLAN")]
    execute: Option<TransactionId>,
    /// Show the plans there are.
    #[arg(long)]
    list: bool,
    /// Why the items must go.
    #[arg(long)]
    reason: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    if let Some(plan) = arguments.execute {
        let (receipt, removed) = case.execute_shred(plan)?;
        say!("{} destroyed.", counted(removed as u64, "object"));
        acknowledged(&receipt);
    } else if arguments.list {
        for (id, plan) in &case.register().plans {
            let state = match () {
                () if plan.done => "carried out",
                () if case.register().may_be_done(plan) => "ready",
                () => "waits for the approval of a second lead",
            };
            let author = case.register().name_of(plan.author);
            say!("{id}  {} by {author}: {state}", counted(plan.objects.len() as u64, "object"));
            for (takes, reason) in case.plan_says(*id)? {
                say!("    {}: {}, because: {reason}", takes.compartment, counted(takes.items.len() as u64, "thing"));
                takes.items.iter().for_each(|item| say!("      {item}"));
            }
        }
    } else if arguments.plan.is_empty() {
        let doomed = destroying::meant(&facts::book(&case)?, &arguments.preview)?;
        let mut takes = case.what_a_shred_takes(&doomed.things)?;
        takes.iter_mut().for_each(|place| place.rests(&doomed.rests));
        print(&takes);
        say!("Nothing was written.");
    } else {
        let reason = arguments.reason.as_deref().unwrap_or_default();
        let doomed = destroying::meant(&facts::book(&case)?, &arguments.plan)?;
        let (receipt, takes) = case.plan_shred(&doomed.things, &doomed.rests, reason)?;
        print(&takes);
        acknowledged(&receipt);
        let plan = receipt.transaction;
        if case.needs_four_eyes() {
            say!("Next, another lead: factum approve {plan}");
        }
        say!("Then: factum shred --execute {plan}");
    }
    Ok(())
}

fn print(takes: &[Takes]) {
    for place in takes {
        let (items, objects) =
            (counted(place.items.len() as u64, "thing"), counted(place.objects.len() as u64, "object"));
        say!("{}: takes {items} in {objects}", place.compartment);
        place.items.iter().for_each(|item| say!("  {item}"));
        say!("  what stays:");
        place.stays.iter().for_each(|what| say!("    {what}"));
    }
}

/// `factum approve`: a second lead agrees.
#[derive(Args)]
pub struct ApproveArguments {
    #[command(flatten)]
    actor: Actor,
    /// The plan, by the number of its transaction.
    plan: TransactionId,
}

pub fn approve(arguments: &ApproveArguments) -> Result<(), Failure> {
    acknowledged(&arguments.actor.open()?.approve(arguments.plan)?);
    Ok(())
}

/// `factum rotate`: a compartment gets a new key.
#[derive(Args)]
pub struct RotateArguments {
    #[command(flatten)]
    actor: Actor,
    /// The compartment.
    compartment: String,
    /// Why.
    #[arg(long, default_value = "a new key was due")]
    reason: String,
    /// Also seal what is in it to the new key, and remove what was sealed to older ones. It can be interrupted, and goes on with
    /// --only-reseal.
    #[arg(long)]
    reseal: bool,
    /// Do not turn the key; seal to the newest one whatever is not yet.
    #[arg(long, conflicts_with = "reseal")]
    only_reseal: bool,
}

pub fn rotate(arguments: &RotateArguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    if !arguments.only_reseal {
        acknowledged(&case.rotate(&arguments.compartment, &arguments.reason)?);
    }
    if arguments.reseal || arguments.only_reseal {
        let done = case.reseal(&arguments.compartment, |done| eprintln!("{} sealed again", counted(done, "object")))?;
        say!("{} of {} sealed to its newest key.", counted(done, "object"), arguments.compartment);
        say!("Copies of the case folder made before still open with the older keys: destroy them.");
    }
    Ok(())
}
