//! How do people come and go, and what becomes of the keys?
//!
//! Whoever may open a compartment has a copy of each of its keys, sealed to them alone. Whoever leaves keeps what they had; so the key is
//! turned, and what is written from then on is closed to them. Every change is one transaction: what the register says and the
//! copies it speaks of stand or fall together.

use super::folder::{Case, CaseError, WRITERS};
use super::founding::{FoundingError, keep_copy, seal_copy};
use super::governance::{Act, Holder, Role, Setting};
use super::ids::{Digest, MemberId};
use super::part::REGISTER;
use super::register::Compartment;
use super::writer::{Change, Receipt, WriteError};
use factum_vault::card::Card;
use factum_vault::keys::{Recipient, SecretKey};
use factum_vault::object::Batch;
use factum_vault::sharing::{self, Share, ShareError};

/// Why somebody or something was not let in, or out.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A copy of a key could not be made.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// There is no such member, or there are several.
    #[error("{0:?} names no member here, or several; `factum member list` shows who there is")]
    WhichMember(String),
    /// There is no such compartment.
    #[error("there is no compartment {0:?}; `factum compartment list` shows which there are")]
    WhichCompartment(String),
    /// The actor lacks a key.
    #[error("you do not have key {epoch} of {compartment}, so you cannot open it to others; somebody who has it can")]
    NoKey {
        /// Which compartment.
        compartment: String,
        /// Which of its keys.
        epoch: u32,
    },
    /// The recovery identity could not be split.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// The setting cannot have this value.
    #[error("{0} cannot be set to {1:?}")]
    Setting(&'static str, String),
}

impl From<CaseError> for MembershipError {
    fn from(error: CaseError) -> Self {
        Self::Write(error.into())
    }
}

/// A change of the register under way, with the copies of keys that it brings.
struct Opening<'a> {
    change: Change,
    batch: Batch<'a>,
    copies: Vec<Digest>,
}

impl Opening<'_> {
    fn say(&mut self, act: &Act) -> Result<(), MembershipError> {
        Ok(self.change.say(REGISTER, act).map_err(WriteError::from)?)
    }

    /// Gives a holder a copy of a key.
    fn give(
        &mut self,
        origin: &str,
        place: (&str, u32),
        (holder, recipient): (Holder, &Recipient),
        secret: &SecretKey,
    ) -> Result<(), MembershipError> {
        let (entry, act) = seal_copy(&mut self.batch, origin, place, holder, recipient, secret)?;
        self.copies.push(Digest(entry.object.0));
        self.change.entries.push(entry);
        self.say(&act)
    }
}

impl Case {
    /// The one member that is called so.
    pub fn which(&self, name: &str) -> Result<MemberId, MembershipError> {
        match self.register().find(name)[..] {
            [member] => Ok(member),
            _ => Err(MembershipError::WhichMember(name.into())),
        }
    }

    /// Lets somebody in, with a role and the compartments that go with it. The caller has shown the fingerprint to be read aloud.
    ///
    /// Every member can open the register, and whoever may write the secret of the log's key.
    pub fn add_member(
        &mut self,
        name: &str,
        card: &Card,
        role: Role,
        into: &[String],
    ) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let act = format!("{name} becomes a member ({})", role.name());
        let mut opening =
            Opening { change: Change::new("member add", act), batch: Batch::new(&*store), copies: Vec::new() };
        opening.say(&Act::Member { name: name.into(), card: card.text(), role })?;
        let member = MemberId(*card.member().as_bytes());
        let mut compartments = vec![REGISTER.to_string()];
        if role.writes() {
            compartments.push(WRITERS.into());
        }
        compartments.extend(into.iter().cloned());
        compartments.sort();
        compartments.dedup();
        for compartment in &compartments {
            self.give_all(&mut opening, compartment, (Holder::Member(member), card.recipient()))?;
        }
        self.commit(opening)
    }

    /// Changes what a member may do. Who begins to write gets the secret of the log's key.
    pub fn set_role(&mut self, member: MemberId, role: Role) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let name = self.register().name_of(member);
        let summary = format!("{name} is {} from here on", role.name());
        let mut opening =
            Opening { change: Change::new("member role", summary), batch: Batch::new(&*store), copies: Vec::new() };
        opening.say(&Act::Role { member, role })?;
        let holds = self.compartment(WRITERS)?.is_open_to(Holder::Member(member));
        if role.writes() && !holds {
            let recipient = self.recipient_of(member)?;
            self.give_all(&mut opening, WRITERS, (Holder::Member(member), &recipient))?;
        }
        self.commit(opening)
    }

    /// Ends a membership, and turns the keys of every compartment that the member could open and the actor can. Returns those whose
    /// keys somebody else has to turn.
    pub fn remove_member(&mut self, member: MemberId, reason: &str) -> Result<(Receipt, Vec<String>), MembershipError> {
        let store = self.store.clone();
        let name = self.register().name_of(member);
        let summary = format!("{name} is no longer a member");
        let mut opening =
            Opening { change: Change::new("member remove", summary), batch: Batch::new(&*store), copies: Vec::new() };
        opening.say(&Act::Removal { member, reason: reason.into() })?;
        let open: Vec<String> = self
            .register()
            .compartments
            .iter()
            .filter(|(_, c)| c.is_open_to(Holder::Member(member)))
            .map(|(name, _)| name.clone())
            .collect();
        let (mine, others): (Vec<String>, Vec<String>) = open.into_iter().partition(|name| self.holds_newest(name));
        for compartment in &mine {
            self.turn(&mut opening, compartment, Some(member), reason)?;
        }
        Ok((self.commit(opening)?, others))
    }

    /// Makes a compartment that only the actor can open, besides the recovery identity.
    pub fn make_compartment(&mut self, name: &str, purpose: &str) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let summary = format!("The compartment {name} is made: {purpose}");
        let mut opening =
            Opening { change: Change::new("compartment new", summary), batch: Batch::new(&*store), copies: Vec::new() };
        let secret = SecretKey::generate().map_err(CaseError::from)?;
        let recipient = secret.recipient().to_string();
        opening.say(&Act::Compartment { compartment: name.into(), purpose: purpose.into(), recipient })?;
        let origin = self.ledger().origin().to_string();
        let own = self.identity.encryption().recipient();
        opening.give(&origin, (name, 1), (Holder::Member(self.actor()), &own), &secret)?;
        if let Some(recovery) = &self.register.recovery {
            opening.give(&origin, (name, 1), (Holder::Recovery, &recovery.recipient), &secret)?;
        }
        self.commit(opening)
    }

    /// Opens a compartment to a member, with everything that is already in it.
    pub fn open_to(&mut self, compartment: &str, member: MemberId) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let name = self.register().name_of(member);
        let summary = format!("The compartment {compartment} is opened to {name}");
        let mut opening = Opening {
            change: Change::new("compartment open", summary),
            batch: Batch::new(&*store),
            copies: Vec::new(),
        };
        let recipient = self.recipient_of(member)?;
        self.give_all(&mut opening, compartment, (Holder::Member(member), &recipient))?;
        self.commit(opening)
    }

    /// Closes a compartment to a member, and turns its key.
    pub fn close_to(&mut self, compartment: &str, member: MemberId, reason: &str) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let name = self.register().name_of(member);
        let summary = format!("The compartment {compartment} is closed to {name}");
        let mut opening = Opening {
            change: Change::new("compartment close", summary),
            batch: Batch::new(&*store),
            copies: Vec::new(),
        };
        opening.say(&Act::Withdrawal { compartment: compartment.into(), member, reason: reason.into() })?;
        self.turn(&mut opening, compartment, Some(member), reason)?;
        self.commit(opening)
    }

    /// Turns a compartment's key: what is written from here on is sealed to the new one.
    pub fn rotate(&mut self, compartment: &str, reason: &str) -> Result<Receipt, MembershipError> {
        let store = self.store.clone();
        let summary = format!("The key of the compartment {compartment} is turned");
        let mut opening =
            Opening { change: Change::new("rotate", summary), batch: Batch::new(&*store), copies: Vec::new() };
        self.turn(&mut opening, compartment, None, reason)?;
        self.commit(opening)
    }

    /// Makes the recovery identity, gives it a copy of every key the actor holds, and returns its shares. They are not kept: whoever calls
    /// this hands them out, and any `threshold` of them restore the case.
    pub fn make_recovery(&mut self, threshold: u8, shares: u8) -> Result<(Receipt, Vec<Share>), MembershipError> {
        let store = self.store.clone();
        let secret = SecretKey::generate().map_err(CaseError::from)?;
        let origin = self.ledger().origin().to_string();
        let split = sharing::split(&secret, &origin, threshold, shares)?;
        let summary = format!("A recovery identity is made: {threshold} of {shares} shares restore it");
        let mut opening =
            Opening { change: Change::new("recovery new", summary), batch: Batch::new(&*store), copies: Vec::new() };
        let recipient = secret.recipient();
        opening.say(&Act::Recovery {
            recipient: recipient.to_string(),
            threshold: threshold.into(),
            shares: shares.into(),
        })?;
        let names: Vec<String> = self.register().compartments.keys().cloned().collect();
        for compartment in names.iter().filter(|name| self.holds_newest(name)) {
            self.give_all(&mut opening, compartment, (Holder::Recovery, &recipient))?;
        }
        Ok((self.commit(opening)?, split))
    }

    /// Sets how this inquiry wants something done.
    pub fn set(&mut self, name: Setting, value: &str) -> Result<Receipt, MembershipError> {
        if !name.accepts(value) {
            return Err(MembershipError::Setting(name.name(), value.into()));
        }
        let store = self.store.clone();
        let summary = format!("{} is set to {value}", name.name());
        let mut opening =
            Opening { change: Change::new("set", summary), batch: Batch::new(&*store), copies: Vec::new() };
        opening.say(&Act::Setting { name, value: value.into() })?;
        self.commit(opening)
    }

    /// Compartments whose key a member who has left, or lost access, still holds.
    pub fn to_be_turned(&self) -> Vec<&str> {
        let known_outside = |c: &Compartment| {
            let epoch = c.epoch();
            c.withdrawn.iter().any(|m| c.copies.contains_key(&(Holder::Member(*m), epoch)))
        };
        self.register().compartments.iter().filter(|(_, c)| known_outside(c)).map(|(name, _)| name.as_str()).collect()
    }

    fn compartment(&self, name: &str) -> Result<&Compartment, MembershipError> {
        self.register().compartments.get(name).ok_or_else(|| MembershipError::WhichCompartment(name.into()))
    }

    fn holds_newest(&self, name: &str) -> bool {
        self.register().compartments.get(name).is_some_and(|c| self.keyring.get(name, c.epoch()).is_some())
    }

    fn recipient_of(&self, member: MemberId) -> Result<Recipient, MembershipError> {
        let found = self.register().active(member).ok_or_else(|| MembershipError::WhichMember(member.to_string()))?;
        Ok(found.card.recipient().clone())
    }

    fn key_of(&self, name: &str, epoch: u32) -> Result<&SecretKey, MembershipError> {
        let missing = || MembershipError::NoKey { compartment: name.into(), epoch };
        self.keyring.get(name, epoch).ok_or_else(missing)
    }

    /// Gives a holder a copy of every key of a compartment: what is in it was sealed to all of them.
    fn give_all(&self, opening: &mut Opening<'_>, name: &str, to: (Holder, &Recipient)) -> Result<(), MembershipError> {
        let origin = self.ledger().origin();
        for epoch in 1..=self.compartment(name)?.epoch() {
            opening.give(origin, (name, epoch), to, self.key_of(name, epoch)?)?;
        }
        Ok(())
    }

    /// Makes the next key of a compartment and gives it to all who have the present one, but for one.
    fn turn(
        &self,
        opening: &mut Opening<'_>,
        name: &str,
        without: Option<MemberId>,
        reason: &str,
    ) -> Result<(), MembershipError> {
        let compartment = self.compartment(name)?;
        let epoch = compartment.epoch();
        self.key_of(name, epoch)?;
        let secret = SecretKey::generate().map_err(CaseError::from)?;
        let recipient = secret.recipient().to_string();
        opening.say(&Act::Rotation { compartment: name.into(), epoch: epoch + 1, recipient, reason: reason.into() })?;
        let origin = self.ledger().origin();
        let stays = |member: &MemberId| {
            Some(*member) != without
                && compartment.is_open_to(Holder::Member(*member))
                && self.register().active(*member).is_some()
        };
        for (member, who) in self.register().members.iter().filter(|(member, _)| stays(member)) {
            opening.give(origin, (name, epoch + 1), (Holder::Member(*member), who.card.recipient()), &secret)?;
        }
        if let Some(recovery) = &self.register().recovery {
            opening.give(origin, (name, epoch + 1), (Holder::Recovery, &recovery.recipient), &secret)?;
        }
        Ok(())
    }

    fn commit(&mut self, opening: Opening<'_>) -> Result<Receipt, MembershipError> {
        let Opening { change, batch, copies } = opening;
        let receipt = self.transact(change, batch)?;
        for copy in &copies {
            keep_copy(&*self.store, copy)?;
        }
        Ok(receipt)
    }
}
