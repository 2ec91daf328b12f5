//! Who is a member at this point of the log, what may each do, and was what an entry says said by somebody entitled to say it?
//!
//! The register is made by replay and by nothing else: every reader applies these rules to every part it can open, and what
//! breaks one is void and named, whatever program wrote it. Files beside the log (keys/, factum.toml) are copies that are
//! checked against the register.

use super::canonical;
use super::governance::{Act, Holder, Planned, Role, Setting, least, least_in_register};
use super::ids::{Digest, MemberId, RecordId, TransactionId};
use super::part::{Part, REGISTER, VIEWED};
use super::publishing::ReleaseFile;
use factum_vault::card::Card;
use factum_vault::keys::Recipient;
use factum_vault::signing::VerifyingKey;
use std::collections::{BTreeMap, BTreeSet};

/// A member, or somebody who was one.
#[derive(Clone, Debug)]
pub struct Member {
    /// By which name the member is known.
    pub name: String,
    /// The member's public keys.
    pub card: Card,
    /// What the member may do.
    pub role: Role,
    /// Why the membership ended, if it did.
    pub removed: Option<String>,
}

/// A field kit: it seals and never reads.
#[derive(Clone, Debug)]
pub struct Kit {
    /// Whose hands it is in.
    pub label: String,
    /// Its public keys.
    pub card: Card,
    /// Into which compartments it may seal.
    pub compartments: Vec<String>,
    /// The last day it may be used, if there is one.
    pub until: Option<String>,
    /// Why it may no longer be used, if so.
    pub removed: Option<String>,
}

/// A compartment and who holds its keys.
#[derive(Clone, Debug)]
pub struct Compartment {
    /// What it is for.
    pub purpose: String,
    /// Its keys: that of epoch 1 first.
    pub keys: Vec<Recipient>,
    /// The objects that hold copies of its keys, by holder and epoch.
    pub copies: BTreeMap<(Holder, u32), Digest>,
    /// Members whose access has ended.
    pub withdrawn: BTreeSet<MemberId>,
}

impl Compartment {
    /// The number of the key that is in use.
    pub fn epoch(&self) -> u32 {
        self.keys.len() as u32
    }

    /// The key that is in use.
    pub fn recipient(&self) -> Option<&Recipient> {
        self.keys.last()
    }

    /// Does the holder have a copy of the key that is in use?
    pub fn is_open_to(&self, holder: Holder) -> bool {
        let ended = matches!(holder, Holder::Member(member) if self.withdrawn.contains(&member));
        !ended && self.copies.contains_key(&(holder, self.epoch()))
    }
}

/// A planned irreversible act.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who planned it.
    pub author: MemberId,
    /// What is planned.
    pub act: Planned,
    /// The objects it takes.
    pub objects: Vec<Digest>,
    /// Who agreed.
    pub approvals: BTreeSet<MemberId>,
    /// Whether it was done.
    pub done: bool,
}

/// The identity that restores a case whose keys are lost.
#[derive(Clone, Debug)]
pub struct RecoveryIdentity {
    /// Its public key.
    pub recipient: Recipient,
    /// How many shares restore it.
    pub threshold: u32,
    /// How many there are.
    pub shares: u32,
}

/// Where a log that had to be left was last seen.
#[derive(Clone, Debug)]
pub struct Continued {
    /// The other log's name.
    pub origin: String,
    /// Its last known checkpoint.
    pub checkpoint: String,
    /// Why it had to be left.
    pub reason: String,
}

/// Who is who at one point of the log.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// What the inquiry is called; absent before the case begins.
    pub title: Option<String>,
    /// Keys of the log as verifier keys, the first first.
    pub log_keys: Vec<String>,
    /// Members, present and past.
    pub members: BTreeMap<MemberId, Member>,
    /// Field kits.
    pub kits: BTreeMap<MemberId, Kit>,
    /// Compartments.
    pub compartments: BTreeMap<String, Compartment>,
    /// The recovery identity.
    pub recovery: Option<RecoveryIdentity>,
    /// Settings.
    pub settings: BTreeMap<Setting, String>,
    /// Plans of irreversible acts.
    pub plans: BTreeMap<TransactionId, Plan>,
    /// Objects that were sealed again, old to new.
    pub reseals: BTreeMap<Digest, Digest>,
    /// The log that this one continues.
    pub continues: Option<Continued>,
    /// The log's name; empty before the case begins.
    pub origin: String,
    /// Under which roles members approve publications.
    pub public_roles: BTreeMap<MemberId, String>,
    /// Publications.
    pub releases: BTreeMap<RecordId, ReleaseFile>,
}

/// The rule that a record of the register breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The record cannot be understood.
    #[error("it is no record of the register that this version knows")]
    Unknown,
    /// Only a lead may say this.
    #[error("only a lead may do this")]
    NotLead,
    /// The case has begun already.
    #[error("a case begins once, in the first part of its log")]
    Begun,
    /// The case has not begun.
    #[error("the case has not begun")]
    NotBegun,
    /// The card does not hold.
    #[error("the card is not signed by the keys on it")]
    Card,
    /// The key is already somebody's.
    #[error("these keys are already known here, or the name is taken")]
    Taken,
    /// There is no such member.
    #[error("there is no such member")]
    NoMember,
    /// Nobody gives themselves a role.
    #[error("nobody may change their own role")]
    OwnRole,
    /// Nobody opens a compartment to themselves.
    #[error("nobody may open a compartment to themselves")]
    OwnAccess,
    /// Nobody approves what they planned.
    #[error("nobody may approve their own plan")]
    OwnPlan,
    /// Somebody must be left who may say who is a member.
    #[error("the last lead cannot leave or change role")]
    LastLead,
    /// There is no such compartment.
    #[error("there is no such compartment, or it has no such key")]
    NoCompartment,
    /// The compartment exists, or its name is misspelt.
    #[error("a compartment of this name exists, or the name is not of lowercase letters, digits and hyphens")]
    CompartmentName,
    /// Only those inside may open the door.
    #[error("its author cannot open the compartment, and so may not open it to others or change its key")]
    Outside,
    /// Keys are counted without gaps.
    #[error("the new key does not carry the next number")]
    Epoch,
    /// A public key is misspelt.
    #[error("a public key is misspelt")]
    Key,
    /// A value is not one that can be set.
    #[error("this setting cannot have this value")]
    Value,
    /// There is no such plan.
    #[error("there is no such plan, or it was done already")]
    NoPlan,
    /// A plan needs a second person.
    #[error("the plan was not approved by a second lead, which this inquiry requires")]
    NotApproved,
    /// More than a right to write is needed.
    #[error("this is said by those with the role {}, or more", .0.name())]
    Role(Role),
    /// Another release, or at another stage.
    #[error("there is no such release, or it is at another stage than this asks for")]
    NoRelease,
    /// What is said does not fit what was prepared.
    #[error("it does not fit the release that was prepared, or its day is not written YYYY-MM-DD")]
    OtherRelease,
    /// Nobody approves what they prepared.
    #[error("nobody may approve a release that they prepared")]
    OwnRelease,
    /// A public role is needed.
    #[error("its author does not hold this public role")]
    NoPublicRole,
    /// What is cited must be open.
    #[error("its author cannot open every compartment that the release cites from")]
    Closed,
    /// Each approves once.
    #[error("its author has approved this release already, and one approval of each counts")]
    Approved,
    /// The approval's own signature.
    #[error("the approval is not signed over this release with a key of its own")]
    Approval,
    /// The approvals that stand are others, or too few.
    #[error("its approvals are not those that stand, or fewer than this inquiry asks for")]
    Approvals,
    /// Fewer shares than two restore nothing safely.
    #[error("recovery needs at least two shares, and no more than there are")]
    Shares,
}

/// Why an entry counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Void {
    /// Its object does not hold what the log committed to.
    #[error("its object does not hold the records the log committed to")]
    Commitment,
    /// Its object is no part of a transaction.
    #[error("its object cannot be read: {0}")]
    Unreadable(super::part::PartError),
    /// It was written for another log, or for another compartment than the one whose key opens it.
    #[error("it was written for another case, compartment or key than the one that opens it")]
    Elsewhere,
    /// Nobody known here wrote it.
    #[error("its author is not a member")]
    Stranger,
    /// Its author had been removed.
    #[error("its author was no longer a member")]
    Removed,
    /// It is not signed by its author's key.
    #[error("it is not signed with the key of the member it names as author")]
    Signature,
    /// The same object was entered before.
    #[error("the same object stands earlier in the log")]
    Repeated,
    /// It claims to follow something that does not stand before it.
    #[error("what its author wrote before it is not in the log before it")]
    Previous,
    /// Its author wrote something else in its place.
    #[error("its author wrote another entry in the same place")]
    Forked,
    /// Its author may not write.
    #[error("its author may read and not write")]
    Reader,
    /// Its author may not write there.
    #[error("its author has no access to the compartment it is in")]
    NoAccess,
    /// One of its records may not be said by its author.
    #[error("its record {record} breaks a rule: {rule}")]
    Rule {
        /// Which record after the header, from 1.
        record: usize,
        /// Which rule.
        rule: Rule,
    },
}

impl Register {
    /// The number of active leads.
    fn leads(&self) -> usize {
        self.members.values().filter(|m| m.role == Role::Lead && m.removed.is_none()).count()
    }

    /// The member, if it is one now.
    pub fn active(&self, member: MemberId) -> Option<&Member> {
        self.members.get(&member).filter(|m| m.removed.is_none())
    }

    /// The members that are called so, by name or by the beginning of their number.
    pub fn find(&self, name: &str) -> Vec<MemberId> {
        let by_name = |(id, m): (&MemberId, &Member)| (m.name == name).then_some(*id);
        let found: Vec<MemberId> = self.members.iter().filter_map(by_name).collect();
        if !found.is_empty() {
            return found;
        }
        self.members.keys().filter(|id| name.len() >= 6 && id.to_string().starts_with(name)).copied().collect()
    }

    /// By which name somebody who wrote is known: member or kit.
    pub fn name_of(&self, author: MemberId) -> String {
        let member = self.members.get(&author).map(|m| m.name.clone());
        let kit = || self.kits.get(&author).map(|k| format!("kit {}", k.label));
        member.or_else(kit).unwrap_or_else(|| author.to_string())
    }

    /// Does a setting say yes?
    pub fn is_set(&self, setting: Setting) -> bool {
        self.settings.get(&setting).is_some_and(|v| v == "yes")
    }

    /// The number to which a setting is set; absent if it is not, or is no number.
    pub fn number(&self, setting: Setting) -> Option<u64> {
        self.settings.get(&setting)?.parse().ok()
    }

    /// How many days a judgement of a source's danger may be past its review when a publication rests on the source: none, unless a lead
    /// set it otherwise.
    pub fn overdue_days(&self) -> u32 {
        self.number(Setting::OverdueDays).and_then(|days| u32::try_from(days).ok()).unwrap_or(0)
    }

    /// May a plan be carried out as things stand?
    pub fn may_be_done(&self, plan: &Plan) -> bool {
        let seconded = plan.approvals.iter().any(|m| self.active(*m).is_some_and(|m| m.role == Role::Lead));
        !plan.done && (seconded || !self.is_set(Setting::FourEyes))
    }

    /// Judges a part that was opened with the key of the compartment and epoch that its header names, and, if it holds,
    /// takes in what it says of the register. A part holds whole or not at all.
    pub fn take(&mut self, part: &Part) -> Result<(), Void> {
        if self.title.is_none() {
            return self.begin(part);
        }
        self.vouch(part)?;
        if part.header.compartment == REGISTER {
            let mut next = self.clone();
            next.apply(part)?;
            *self = next;
        }
        Ok(())
    }

    /// Takes in a part of the register that was judged before and found to count.
    pub(super) fn restore(&mut self, part: &Part) {
        let _ = self.apply(part);
    }

    /// The first part introduces its own author.
    fn begin(&mut self, part: &Part) -> Result<(), Void> {
        let mut next = Self::default();
        next.apply(part)?;
        let author = next.active(part.header.author).ok_or(Void::Stranger)?;
        let founds = part.header.compartment == REGISTER && author.role == Role::Lead && next.title.is_some();
        if !founds {
            return Err(Void::Rule { record: 1, rule: Rule::NotBegun });
        }
        if !part.is_signed_by(author.card.signing()) {
            return Err(Void::Signature);
        }
        *self = next;
        Ok(())
    }

    /// With which key this author signs, whether or not it still may.
    pub(super) fn signing_key(&self, author: MemberId) -> Option<&VerifyingKey> {
        let kit = self.kits.get(&author).map(|kit| &kit.card);
        kit.or_else(|| self.members.get(&author).map(|member| &member.card)).map(Card::signing)
    }

    /// Is the part by who it says, and may that author write there?
    pub(super) fn vouch(&self, part: &Part) -> Result<(), Void> {
        let header = &part.header;
        if let Some(kit) = self.kits.get(&header.author) {
            let late =
                kit.until.as_ref().is_some_and(|last| header.time.get(..10).is_none_or(|day| day > last.as_str()));
            return match () {
                () if kit.removed.is_some() || late => Err(Void::Removed),
                () if !part.is_signed_by(kit.card.signing()) => Err(Void::Signature),
                () if !kit.compartments.contains(&header.compartment) => Err(Void::NoAccess),
                // A kit collects and decides nothing.
                () => said_by(Role::Investigator, part),
            };
        }
        let author = self.members.get(&header.author).ok_or(Void::Stranger)?;
        if author.removed.is_some() {
            return Err(Void::Removed);
        }
        if !part.is_signed_by(author.card.signing()) {
            return Err(Void::Signature);
        }
        let has_access = self
            .compartments
            .get(&header.compartment)
            .is_some_and(|c| c.is_open_to(Holder::Member(header.author)) && header.epoch <= c.epoch());
        if !has_access {
            return Err(Void::NoAccess);
        }
        said_by(author.role, part)
    }

    fn apply(&mut self, part: &Part) -> Result<(), Void> {
        for (i, record) in part.records.iter().enumerate() {
            let act: Result<Act, _> = canonical::read(&record.body);
            let least = least_in_register(record.kind());
            let outcome = act.map_err(|_| Rule::Unknown).and_then(|act| self.admit(act, least, part));
            outcome.map_err(|rule| Void::Rule { record: i + 1, rule })?;
        }
        Ok(())
    }

    /// Takes in one record of a part, or names the rule it breaks.
    fn admit(&mut self, act: Act, least: Role, part: &Part) -> Result<(), Rule> {
        let author = part.header.author;
        // The founder says who the founder is: the only moment at which nobody is there to be asked.
        let founding = part.header.previous.is_none() && self.members.keys().all(|m| *m == author);
        let has_role = self.active(author).is_some_and(|m| m.role >= least) || founding;
        let own_door = |register: &Self, name: &str| {
            founding || register.compartments.get(name).is_some_and(|c| c.is_open_to(Holder::Member(author)))
        };
        if !has_role {
            return Err(if least == Role::Lead { Rule::NotLead } else { Rule::Role(least) });
        }
        match act {
            Act::Case { format: 1, title } if self.title.is_none() && self.members.is_empty() => {
                self.title = Some(title);
                self.origin.clone_from(&part.header.origin);
            }
            Act::Case { .. } => return Err(Rule::Begun),
            Act::LogKey { verifier } => {
                if self.log_keys.contains(&verifier) {
                    return Err(Rule::Taken);
                }
                self.log_keys.push(verifier);
            }
            Act::Member { name, card, role } => {
                let card = Card::parse(&card).map_err(|_| Rule::Card)?;
                let id = MemberId(*card.member().as_bytes());
                let named = self.members.values().any(|m| m.name == name);
                if self.members.contains_key(&id) || self.kits.contains_key(&id) || named {
                    return Err(Rule::Taken);
                }
                if id == author && !founding {
                    return Err(Rule::OwnRole);
                }
                self.members.insert(id, Member { name, card, role, removed: None });
            }
            Act::Role { member, role } => {
                if member == author {
                    return Err(Rule::OwnRole);
                }
                let found = self.members.get_mut(&member).filter(|m| m.removed.is_none()).ok_or(Rule::NoMember)?;
                found.role = role;
            }
            Act::Removal { member, reason } => {
                let last = member == author && self.leads() == 1;
                if last {
                    return Err(Rule::LastLead);
                }
                if let Some(kit) = self.kits.get_mut(&member) {
                    kit.removed = Some(reason);
                    return Ok(());
                }
                let found = self.members.get_mut(&member).filter(|m| m.removed.is_none()).ok_or(Rule::NoMember)?;
                found.removed = Some(reason);
                for compartment in self.compartments.values_mut() {
                    compartment.withdrawn.insert(member);
                }
            }
            Act::Compartment { compartment, purpose, recipient } => {
                let spelt = !compartment.is_empty()
                    && compartment.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                if !spelt || self.compartments.contains_key(&compartment) {
                    return Err(Rule::CompartmentName);
                }
                let keys = vec![Recipient::parse(&recipient).map_err(|_| Rule::Key)?];
                let made = Compartment { purpose, keys, copies: BTreeMap::new(), withdrawn: BTreeSet::new() };
                self.compartments.insert(compartment, made);
            }
            Act::Rotation { compartment, epoch, recipient, reason: _ } => {
                // A lead whose own access ended in this very part may still turn the key behind itself.
                if !own_door(self, &compartment) {
                    return Err(Rule::Outside);
                }
                let found = self.compartments.get_mut(&compartment).ok_or(Rule::NoCompartment)?;
                if epoch != found.epoch() + 1 {
                    return Err(Rule::Epoch);
                }
                found.keys.push(Recipient::parse(&recipient).map_err(|_| Rule::Key)?);
            }
            Act::Access { compartment, epoch, holder, wrap } => {
                let opened_here = self.makes_key(part, &compartment, epoch);
                let found = self.compartments.get(&compartment).ok_or(Rule::NoCompartment)?;
                if epoch == 0 || epoch > found.epoch() {
                    return Err(Rule::NoCompartment);
                }
                if holder == Holder::Member(author) && !opened_here {
                    return Err(Rule::OwnAccess);
                }
                if !opened_here && !own_door(self, &compartment) {
                    return Err(Rule::Outside);
                }
                match holder {
                    Holder::Member(member) if self.active(member).is_none() => return Err(Rule::NoMember),
                    Holder::Recovery if self.recovery.is_none() => return Err(Rule::Shares),
                    _ => {}
                }
                let found = self.compartments.get_mut(&compartment).ok_or(Rule::NoCompartment)?;
                if let Holder::Member(member) = holder {
                    found.withdrawn.remove(&member);
                }
                found.copies.insert((holder, epoch), wrap);
            }
            Act::Withdrawal { compartment, member, reason: _ } => {
                if compartment == REGISTER {
                    return Err(Rule::CompartmentName);
                }
                let found = self.compartments.get_mut(&compartment).ok_or(Rule::NoCompartment)?;
                found.withdrawn.insert(member);
            }
            Act::Recovery { recipient, threshold, shares } => {
                if threshold < 2 || threshold > shares {
                    return Err(Rule::Shares);
                }
                let recipient = Recipient::parse(&recipient).map_err(|_| Rule::Key)?;
                self.recovery = Some(RecoveryIdentity { recipient, threshold, shares });
            }
            Act::Setting { name, value } => {
                if !name.accepts(&value) {
                    return Err(Rule::Value);
                }
                self.settings.insert(name, value);
            }
            Act::Plan { act, objects } => {
                let plan = Plan { author, act, objects, approvals: BTreeSet::new(), done: false };
                self.plans.entry(part.header.transaction).or_insert(plan);
            }
            Act::Approval { plan } => {
                let found = self.plans.get_mut(&plan).filter(|p| !p.done).ok_or(Rule::NoPlan)?;
                if found.author == author {
                    return Err(Rule::OwnPlan);
                }
                found.approvals.insert(author);
            }
            Act::Done { plan } => {
                let found = self.plans.get(&plan).filter(|p| !p.done).ok_or(Rule::NoPlan)?;
                if !self.may_be_done(found) {
                    return Err(Rule::NotApproved);
                }
                if let Some(found) = self.plans.get_mut(&plan) {
                    found.done = true;
                }
            }
            Act::Reseal { old, new } => {
                self.reseals.insert(old, new);
            }
            Act::Kit { card, label, compartments, until } => {
                let card = Card::parse(&card).map_err(|_| Rule::Card)?;
                let id = MemberId(*card.member().as_bytes());
                if self.members.contains_key(&id) || self.kits.contains_key(&id) {
                    return Err(Rule::Taken);
                }
                let missing = compartments.iter().any(|c| c == REGISTER || !self.compartments.contains_key(c));
                if missing {
                    return Err(Rule::NoCompartment);
                }
                self.kits.insert(id, Kit { label, card, compartments, until, removed: None });
            }
            Act::Continuation { origin, checkpoint, reason } => {
                self.continues = Some(Continued { origin, checkpoint, reason });
            }
            Act::PublicRole { member, role } => self.admit_role(author, member, role)?,
            Act::ReleasePrepared(said) => self.admit_prepared(author, said)?,
            Act::ReleaseApproval(said) => self.admit_approval(author, said)?,
            Act::ReleasePromised(said) => self.admit_promise(author, said)?,
            Act::ReleaseSealed(said) => self.admit_seal(author, said)?,
            Act::ReleaseEscrowed(said) => self.admit_escrow(author, said)?,
            Act::ReleaseRevoked(said) => self.admit_revocation(said)?,
        }
        Ok(())
    }

    /// Does this very part make the key, so that its author holds it anyway?
    fn makes_key(&self, part: &Part, compartment: &str, epoch: u32) -> bool {
        part.records.iter().any(|record| match canonical::read(&record.body) {
            Ok(Act::Compartment { compartment: made, .. }) => epoch == 1 && made == compartment,
            Ok(Act::Rotation { compartment: turned, epoch: made, .. }) => epoch == made && turned == compartment,
            _ => false,
        })
    }
}

/// May somebody of this role say all that a part says? Of the register, each record is judged by its own rule.
fn said_by(role: Role, part: &Part) -> Result<(), Void> {
    if part.header.compartment == REGISTER {
        return if role.writes() { Ok(()) } else { Err(Void::Reader) };
    }
    // A reader's only word is the account of what it has read.
    if !role.writes() && part.records.iter().all(|record| record.kind() == VIEWED) {
        return Ok(());
    }
    if !role.writes() {
        return Err(Void::Reader);
    }
    let fault = part.records.iter().enumerate().find(|(_, record)| least(record.kind()) > role);
    fault.map_or(Ok(()), |(i, record)| Err(Void::Rule { record: i + 1, rule: Rule::Role(least(record.kind())) }))
}
