//! How is evidence destroyed so that everybody can see that it was, and nobody who must not see what it was?
//!
//! In three steps, each a transaction: a plan, another lead's approval where the inquiry asks for it, and the deed. The deed is
//! logged before the first byte goes; whatever a crash leaves undone, the next opening finishes. What a plan takes is objects: an
//! item's own, those of everything derived from it, and the parts of transactions that speak of nothing else; or, of a source, the parts
//! that tell who it is. What it cannot take it names: a promise that everything is gone would be false.

use super::canonical;
use super::evidence::{Evidence, Leaving};
use super::folder::{Case, CaseError};
use super::governance::{Act, Planned};
use super::ids::{Digest, MemberId, RecordId, TransactionId};
use super::part::{Part, REGISTER};
use super::register::Register;
use super::view::{self, Memory, SHREDDED};
use super::writer::{Change, Receipt, WriteError};
use factum_log::entry::Kind;
use factum_vault::index::{Batch as Rows, IndexError, Parts, RecordRow, Records};
use factum_vault::object;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Kinds of records that speak of one thing and go with it, and the field that names it. Of a source only its identity can go: its code
/// stands in what others said.
const OF_ONE_THING: [(&str, &str); 7] = [
    ("item", "item"),
    ("seen-again", "item"),
    ("collection", "item"),
    ("derived", "item"),
    ("source-identity", "source"),
    ("interview", "interview"),
    ("document", "document"),
];

/// Why something is not destroyed, or not yet.
#[derive(Debug, thiserror::Error)]
pub enum ShredError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// No such item.
    #[error(
        "there is nothing with the number {0} to be destroyed among what you can open; `factum log` names the items there are"
    )]
    NoItem(RecordId),
    /// No item was named.
    #[error("name at least one thing to be destroyed")]
    Nothing,
    /// There is no such plan.
    #[error("there is no plan {0}, or it was carried out already; `factum shred --list` shows the plans")]
    NoPlan(TransactionId),
    /// A second lead has to agree.
    #[error(
        "the plan {0} waits for a lead other than its author: this inquiry wants four eyes. They run `factum approve {0}`"
    )]
    NotApproved(TransactionId),
    /// The plan takes more than it says, or more than the actor can see.
    #[error(
        "the plan takes {0} objects that what it says of itself, as far as you can open it, does not account for: ask its author, and do \
         not approve what you cannot see"
    )]
    Unaccounted(usize),
}

impl From<CaseError> for ShredError {
    fn from(error: CaseError) -> Self {
        Self::Write(error.into())
    }
}

impl From<IndexError> for ShredError {
    fn from(error: IndexError) -> Self {
        Self::Write(error.into())
    }
}

/// What a shred takes from one compartment, and what it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takes {
    /// The compartment.
    pub compartment: String,
    /// The items, with those derived from them, and what else has a number: an interview, a document, the source whose identity goes.
    pub items: Vec<RecordId>,
    /// The objects that are destroyed.
    pub objects: Vec<Digest>,
    /// What stays nevertheless, in words.
    pub stays: Vec<String>,
}

impl Takes {
    /// Names what rests on the things that it takes and stays.
    pub fn rests(&mut self, rests: &[(RecordId, String)]) {
        let of_these = rests.iter().filter(|(thing, _)| self.items.contains(thing));
        self.stays.splice(0..0, of_these.map(|(_, what)| what.clone()));
    }
}

/// The objects that plans which were carried out have taken, also where they were sealed again since.
pub fn destroyed(register: &Register) -> HashSet<Digest> {
    let done = register.plans.values().filter(|plan| plan.done && plan.act == Planned::Shred);
    done.flat_map(|plan| &plan.objects).flat_map(|object| forms(register, *object)).collect()
}

/// An object and every form in which it was sealed again, the newest last.
pub fn forms(register: &Register, object: Digest) -> Vec<Digest> {
    let mut forms = vec![object];
    let mut at = object;
    while let Some(next) = register.reseals.get(&at).filter(|next| !forms.contains(next)) {
        forms.push(*next);
        at = *next;
    }
    forms
}

/// The thing that a record speaks of, if it speaks of one and nothing else.
fn of_one(row: &RecordRow) -> Option<RecordId> {
    let (_, field) = OF_ONE_THING.iter().find(|(kind, _)| *kind == row.kind)?;
    canonical::parse(&row.body).ok()?.get(field)?.as_str()?.parse().ok()
}

fn read(row: &RecordRow) -> Option<Evidence> {
    canonical::read(&canonical::parse(&row.body).ok()?).ok()
}

/// The row of a record whose item was destroyed: that there was one, and not what it said.
fn blanked(row: &RecordRow) -> (RecordRow, String) {
    let body = canonical::write(&json!({"kind": SHREDDED})).unwrap_or_default();
    (RecordRow { kind: SHREDDED.into(), body, ..row.clone() }, String::new())
}

impl Case {
    /// What destroying these items would take and leave. Nothing is written.
    pub fn what_a_shred_takes(&self, items: &[RecordId]) -> Result<Vec<Takes>, ShredError> {
        if items.is_empty() {
            return Err(ShredError::Nothing);
        }
        let doomed = self.with_derived(items)?;
        let mut objects_of = BTreeMap::new();
        for (row, said) in view::known(&self.index, "item")? {
            if let Evidence::Item(item) = said {
                objects_of.insert(item.item, (row.compartment, item.object));
            }
        }
        let mut takes: BTreeMap<String, Takes> = BTreeMap::new();
        for item in &doomed {
            let Some((compartment, object)) = objects_of.get(item) else { continue };
            let place = takes.entry(compartment.clone()).or_insert_with(|| empty(compartment));
            place.items.push(*item);
            place.objects.extend(forms(&self.register, *object));
        }
        self.add_parts(&doomed, &mut takes)?;
        if let Some(nothing) = doomed.iter().find(|thing| !takes.values().any(|place| place.items.contains(thing))) {
            return Err(ShredError::NoItem(*nothing));
        }
        for place in takes.values_mut() {
            place.stays.extend(self.what_left(&place.items)?);
            place.stays.extend(ALWAYS_STAYS.map(str::to_string));
        }
        Ok(takes.into_values().collect())
    }

    /// The items and, to the last, what was derived from them.
    fn with_derived(&self, items: &[RecordId]) -> Result<BTreeSet<RecordId>, ShredError> {
        let derived = view::known(&self.index, "derived")?;
        let mut doomed: BTreeSet<RecordId> = items.iter().copied().collect();
        loop {
            let before = doomed.len();
            for (_, said) in &derived {
                if let Evidence::Derived { item, parent, .. } = said
                    && doomed.contains(parent)
                {
                    doomed.insert(*item);
                }
            }
            if doomed.len() == before {
                return Ok(doomed);
            }
        }
    }

    /// Adds the parts that speak of nothing but these items, and names those that also speak of something else.
    fn add_parts(&self, doomed: &BTreeSet<RecordId>, takes: &mut BTreeMap<String, Takes>) -> Result<(), ShredError> {
        let mut seen = HashSet::new();
        for (kind, field) in OF_ONE_THING {
            for row in self.index.records(Records::Kind(kind))? {
                let concerned = of_one(&row).filter(|thing| doomed.contains(thing) && row.compartment != REGISTER);
                let Some(thing) = concerned else { continue };
                let place = takes.entry(row.compartment.clone()).or_insert_with(|| empty(&row.compartment));
                // An item is named where its bytes lie; who collected it is told elsewhere, and other things are what is told of them.
                if field != "item" && !place.items.contains(&thing) {
                    place.items.push(thing);
                }
                if !seen.insert(row.object) {
                    continue;
                }
                let others = self.index.records(Records::Object(&row.object))?;
                let mut said = others.iter().filter(|r| r.kind != view::HEADER);
                let alone = said.all(|r| of_one(r).is_some_and(|thing| doomed.contains(&thing)));
                let object = Digest(row.object);
                if alone {
                    place.objects.extend(forms(&self.register, object));
                } else {
                    place.stays.push(format!(
                        "what is said of it stands in object {object} together with others: it leaves every view, but its sealed \
                         bytes stay"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Where these items went, and what was computed from them.
    fn what_left(&self, items: &[RecordId]) -> Result<Vec<String>, ShredError> {
        let mut stays = Vec::new();
        for (row, said) in view::known(&self.index, "release")? {
            let Evidence::Release(release) = said else { continue };
            if !items.contains(&release.item) {
                continue;
            }
            let deed = match release.leaving {
                Leaving::Export => "exported",
                Leaving::Transfer => "transferred",
                Leaving::Disclosure => "disclosed",
            };
            let parts = self.index.parts(Parts::Entry(row.entry))?;
            let time = parts.first().map(|p| p.time.clone()).unwrap_or_default();
            stays.push(format!("what was {deed} to {} on {time} ({})", release.recipient, release.purpose));
        }
        for (_, said) in view::known(&self.index, "run")? {
            if let Evidence::Run(run) = said
                && run.inputs.iter().any(|input| items.contains(input))
            {
                stays.push(format!("what run {} computed from it", run.run));
            }
        }
        Ok(stays)
    }

    /// Plans to destroy things and whatever was derived from them; `rests` is what else rests on each of them and stays. Nothing is
    /// destroyed yet.
    pub fn plan_shred(
        &mut self,
        items: &[RecordId],
        rests: &[(RecordId, String)],
        reason: &str,
    ) -> Result<(Receipt, Vec<Takes>), ShredError> {
        let mut takes = self.what_a_shred_takes(items)?;
        takes.iter_mut().for_each(|place| place.rests(rests));
        let objects: Vec<Digest> = takes.iter().flat_map(|place| place.objects.iter().copied()).collect();
        let summary = format!("A plan to destroy {} objects", objects.len());
        let mut change = Change::new("shred plan", summary);
        change.say(REGISTER, &Act::Plan { act: Planned::Shred, objects }).map_err(WriteError::from)?;
        for place in &takes {
            let (items, stays) = (place.items.clone(), place.stays.clone());
            let said = Evidence::ShredPlan { items, reason: reason.into(), stays };
            change.say(&place.compartment, &said).map_err(WriteError::from)?;
        }
        let receipt = self.tell(change)?;
        Ok((receipt, takes))
    }

    /// What a plan says of itself in the compartments that the actor can open: the reason, the items, what stays.
    pub fn plan_says(&self, plan: TransactionId) -> Result<Vec<(Takes, String)>, ShredError> {
        let said = view::known(&self.index, "shred-plan")?.into_iter().filter(|(row, _)| row.transaction == plan.0);
        Ok(said
            .filter_map(|(row, said)| match said {
                Evidence::ShredPlan { items, reason, stays } => {
                    Some((Takes { items, stays, ..empty(&row.compartment) }, reason))
                }
                _ => None,
            })
            .collect())
    }

    /// The objects that a plan takes and that do not belong to the items it names.
    fn unaccounted(&self, plan: TransactionId) -> Result<usize, ShredError> {
        let Some(found) = self.register.plans.get(&plan) else { return Err(ShredError::NoPlan(plan)) };
        let items: Vec<RecordId> = self.plan_says(plan)?.into_iter().flat_map(|(takes, _)| takes.items).collect();
        let takes = match self.what_a_shred_takes(&items) {
            Ok(takes) => takes,
            Err(ShredError::NoItem(_) | ShredError::Nothing) => return Ok(found.objects.len()),
            Err(error) => return Err(error),
        };
        let told: HashSet<Digest> = takes.into_iter().flat_map(|place| place.objects).collect();
        Ok(found.objects.iter().filter(|object| !told.contains(object)).count())
    }

    /// Agrees, as a second lead, to a plan. What the plan takes must be what it says it takes.
    pub fn approve(&mut self, plan: TransactionId) -> Result<Receipt, ShredError> {
        self.open_plan(plan)?;
        match self.unaccounted(plan)? {
            0 => {}
            count => return Err(ShredError::Unaccounted(count)),
        }
        let mut change = Change::new("approve", format!("The plan {plan} is approved"));
        change.say(REGISTER, &Act::Approval { plan }).map_err(WriteError::from)?;
        Ok(self.tell(change)?)
    }

    /// Carries out a plan: logs that it is done, then destroys. Returns how many files went.
    pub fn execute_shred(&mut self, plan: TransactionId) -> Result<(Receipt, usize), ShredError> {
        self.open_plan(plan)?;
        if self.register.plans.get(&plan).is_none_or(|p| !self.register.may_be_done(p)) {
            return Err(ShredError::NotApproved(plan));
        }
        let receipt = self.say_shred_is_done(plan)?;
        Ok((receipt, self.remove_destroyed()?))
    }

    /// The first half of carrying out a plan: from here on it is done, whatever happens to this program.
    pub(super) fn say_shred_is_done(&mut self, plan: TransactionId) -> Result<Receipt, WriteError> {
        let mut change = Change::new("shred", format!("The plan {plan} is carried out"));
        change.say(REGISTER, &Act::Done { plan })?;
        self.tell(change)
    }

    fn open_plan(&mut self, plan: TransactionId) -> Result<(), ShredError> {
        self.refresh()?;
        let open = self.register.plans.get(&plan).is_some_and(|p| !p.done);
        if open { Ok(()) } else { Err(ShredError::NoPlan(plan)) }
    }

    /// Removes the files of objects that were destroyed and are still there. Keys and the register are never among them, whatever a
    /// plan says: without them the rest of the case could not be read.
    fn remove_destroyed(&self) -> Result<usize, CaseError> {
        let present = self.destroyed_and_present()?;
        if present.is_empty() {
            return Ok(0);
        }
        let entries = self.ledger.entries(&*self.store, 0, self.ledger.size())?;
        let keys: HashSet<Digest> =
            entries.iter().filter(|e| e.kind == Kind::Wrap).map(|e| Digest(e.object.0)).collect();
        let _lock = self.store.lock()?;
        let mut removed = 0;
        for object in present.iter().filter(|object| !keys.contains(object)) {
            self.store.erase(&object::path(&object.0))?;
            removed += 1;
        }
        Ok(removed)
    }

    fn destroyed_and_present(&self) -> Result<Vec<Digest>, CaseError> {
        let mut present = Vec::new();
        for object in destroyed(&self.register) {
            if self.store.length(&object::path(&object.0))?.is_some() && !self.is_of_register(&object)? {
                present.push(object);
            }
        }
        Ok(present)
    }

    fn is_of_register(&self, object: &Digest) -> Result<bool, IndexError> {
        Ok(self.index.parts(Parts::Object(&object.0))?.iter().any(|part| part.compartment == REGISTER))
    }

    /// Finishes what a crash between the word and the deed has left.
    pub(super) fn finish_shreds(&mut self) {
        match self.remove_destroyed() {
            Ok(0) => {}
            Ok(removed) => self.warnings.push(format!(
                "{removed} objects of a shred that had been interrupted, or that came back with an older copy, were destroyed"
            )),
            Err(error) => {
                self.warnings.push(format!("a shred was logged and its objects are still here: {error}. Open the case again"));
            }
        }
    }

    /// Takes out of memory and view what a part says was destroyed.
    pub(super) fn forget_destroyed(&self, part: &Part, memory: &mut Memory, rows: &mut Rows) -> Result<(), IndexError> {
        if part.header.compartment != REGISTER {
            return Ok(());
        }
        for record in &part.records {
            let Ok(Act::Done { plan }) = canonical::read(&record.body) else { continue };
            let Some(found) = self.register.plans.get(&plan) else { continue };
            for object in found.objects.iter().flat_map(|object| forms(&self.register, *object)) {
                let parts = self.index.parts(Parts::Object(&object.0))?;
                if parts.iter().any(|row| row.compartment == REGISTER) {
                    continue;
                }
                memory.forget(&object);
                rows.removed.push(object.0);
                rows.states.extend(parts.iter().map(|row| (row.entry, SHREDDED.to_string())));
            }
            // Descriptions that stand with others in a part that stays.
            let told = self.index.records(Records::Transaction(&plan.0))?;
            let doomed = self.doomed(plan, found.author, told.iter())?;
            for (kind, _) in OF_ONE_THING {
                let known = self.index.records(Records::Kind(kind))?;
                let concerned = known.iter().filter(|row| of_one(row).is_some_and(|thing| doomed.contains(&thing)));
                let stays = concerned.filter(|row| !rows.removed.contains(&row.object));
                let blank: Vec<_> = stays.map(blanked).collect();
                rows.records.extend(blank);
            }
        }
        Ok(())
    }

    /// The items that the plan of a shred names, where its own author names them.
    fn doomed<'a>(
        &self,
        plan: TransactionId,
        author: MemberId,
        rows: impl Iterator<Item = &'a RecordRow>,
    ) -> Result<HashSet<RecordId>, IndexError> {
        let mut authors = HashSet::new();
        let mut doomed = HashSet::new();
        let rows: Vec<&RecordRow> = rows.filter(|row| row.transaction == plan.0).collect();
        for row in &rows {
            let header = (row.kind == view::HEADER).then(|| read_header(row)).flatten();
            if header == Some(author) {
                authors.insert(row.object);
            }
        }
        for row in rows.iter().filter(|row| authors.contains(&row.object)) {
            if let Some(Evidence::ShredPlan { items, .. }) = read(row) {
                doomed.extend(items);
            }
        }
        Ok(doomed)
    }

    /// Keeps out of the view what has been destroyed by the end of the entries that are being taken in.
    pub(super) fn leave_out_destroyed(&self, rows: &mut Rows) -> Result<(), IndexError> {
        let gone = destroyed(&self.register);
        if gone.is_empty() {
            return Ok(());
        }
        // Until which entry what is said of a thing is gone: who a source is can be told anew after it was destroyed.
        let mut doomed: HashMap<RecordId, u64> = HashMap::new();
        let known = self.index.records(Records::KindIn("done", REGISTER))?;
        let fresh =
            rows.records.iter().map(|(row, _)| row).filter(|row| row.kind == "done" && row.compartment == REGISTER);
        for row in known.iter().chain(fresh) {
            let Some(Act::Done { plan }) =
                canonical::parse(&row.body).ok().and_then(|body| canonical::read(&body).ok())
            else {
                continue;
            };
            let Some(found) = self.register.plans.get(&plan).filter(|found| found.done) else { continue };
            let told = self.index.records(Records::Transaction(&plan.0))?;
            let told = told.iter().chain(rows.records.iter().map(|(row, _)| row));
            for thing in self.doomed(plan, found.author, told)? {
                let until = doomed.entry(thing).or_default();
                *until = row.entry.max(*until);
            }
        }
        rows.parts.retain(|row| row.compartment == REGISTER || !gone.contains(&Digest(row.object)));
        rows.records.retain(|(row, _)| row.compartment == REGISTER || !gone.contains(&Digest(row.object)));
        for said in &mut rows.records {
            let until = of_one(&said.0).and_then(|thing| doomed.get(&thing));
            if until.is_some_and(|until| said.0.entry < *until) {
                *said = blanked(&said.0);
            }
        }
        Ok(())
    }
}

fn read_header(row: &RecordRow) -> Option<MemberId> {
    let header: super::part::Header = canonical::read(&canonical::parse(&row.body).ok()?).ok()?;
    Some(header.author)
}

fn empty(compartment: &str) -> Takes {
    Takes { compartment: compartment.into(), items: Vec::new(), objects: Vec::new(), stays: Vec::new() }
}

/// What no shred can take.
const ALWAYS_STAYS: [&str; 4] = [
    "the entries of the log: that there was something, and its digests, from which its content cannot be had",
    "this plan with its reason, and who approved and carried it out",
    "backups and other copies of the case folder that were made before: destroy them too",
    "what the disk itself may have kept: overwritten blocks of flash storage, snapshots of the file system",
];
