//! Which findings of the example are adopted, in which words, and which words of its draft does somebody vouch for?
//!
//! A finding is adopted by a person, after another person has read it, so this is done in the name of whoever has the case open; and only
//! what may be adopted is.

use crate::custody::evidence::Detail;
use crate::custody::folder::Case;
use crate::custody::writer::Receipt;
use crate::facts::judge::{self, Standing};
use crate::facts::words::{Adopted, Reviewed};
use crate::facts::{Book, DeskError, Fact, FindingFile};
use crate::publication::{draft, vouched};
use factum_model::edtf::Day;
use factum_weigh::finding::Verdict;

/// The findings that are adopted, each with its wording in English and in Arabic.
const WORDING: [(&str, &str, &str); 4] = [
    (
        "F-1",
        "there are reasonable grounds to believe that, between September 2018 and August 2021, people of the Three Valleys were held in \
         eight places without any decision of a court",
        "هناك أسباب معقولة تدعو إلى الاعتقاد بأن أشخاصاً من الوديان الثلاثة احتُجزوا بين أيلول/سبتمبر 2018 وآب/أغسطس 2021 في ثمانية أماكن دون أي قرار قضائي",
    ),
    (
        "F-2",
        "there are reasonable grounds to believe that most of the former detainees who were interviewed were beaten or otherwise \
         physically ill-treated while they were held",
        "هناك أسباب معقولة تدعو إلى الاعتقاد بأن معظم المحتجزين السابقين الذين جرت مقابلتهم تعرّضوا للضرب أو لسوء معاملة جسدية أخرى أثناء احتجازهم",
    ),
    (
        "F-5",
        "it could not be confirmed how many people died in the eight places of detention",
        "تعذّر التأكد من عدد الأشخاص الذين توفوا في أماكن الاحتجاز الثمانية",
    ),
    (
        "F-6",
        "there are reasonable grounds to believe that more people disappeared in the Three Valleys between March and November 2019 than \
         any list records",
        "هناك أسباب معقولة تدعو إلى الاعتقاد بأن عدد الأشخاص الذين اختفوا في الوديان الثلاثة بين آذار/مارس وتشرين الثاني/نوفمبر 2019 يفوق ما تسجله أي قائمة",
    ),
];

fn wording(code: &str) -> Option<Vec<Detail>> {
    let (_, english, arabic) = WORDING.iter().find(|(known, ..)| *known == code)?;
    Some(vec![Detail::new("en", *english), Detail::new("ar", *arabic)])
}

/// Says, as somebody who did not write them, that the findings were read; nothing if all were.
pub fn review(case: &mut Case) -> Result<Option<Receipt>, DeskError> {
    let book = Book::read(case)?;
    let actor = case.actor();
    let is_read = |file: &FindingFile| {
        let state = judge::state(file);
        file.reviews.iter().any(|review| review.author == actor && review.what.state == state)
    };
    let files = book.findings.iter().filter(|(_, file)| wording(&file.finding.what.code).is_some());
    let unread = files.filter(|(_, file)| !is_read(file) && !file.authors.contains(&actor));
    let words = "Read against each passage that it rests on; what speaks against it is answered.";
    let facts: Vec<Fact> = unread
        .map(|(finding, file)| {
            let state = judge::state(file);
            Fact::Reviewed(Reviewed { finding: *finding, state, agrees: true, words: words.into() })
        })
        .collect();
    say(case, "review", "Findings of the example are reviewed", &facts)
}

/// Says, as the member whom the draft names, that its numbers and wordings of the author's own are right; nothing if all was said.
pub fn vouch(case: &mut Case) -> Result<Option<Receipt>, DeskError> {
    let signed = vouched::signed(case, &Book::read(case)?);
    let name = case.register().name_of(case.actor());
    let waiting =
        draft::read(super::REPORT).0.map(|draft| vouched::waiting(&draft, &name, &signed)).unwrap_or_default();
    let facts: Vec<Fact> = waiting.into_iter().map(|mark| Fact::Vouched(mark.vouched)).collect();
    say(case, "vouch", "Words of the example's draft are vouched for", &facts)
}

/// Adopts those findings that may be adopted today and are not yet.
pub fn adopt(case: &mut Case, today: Day) -> Result<Option<Receipt>, DeskError> {
    let book = Book::read(case)?;
    let judged = judge::all(&book, today, &|member| case.register().name_of(member));
    let facts: Vec<Fact> = book
        .findings
        .iter()
        .filter_map(|(finding, file)| {
            let found = judged.get(finding)?;
            let wording = wording(&file.finding.what.code)?;
            let may = found.verdict == Verdict::MayBeAdopted && found.standing != Standing::Adopted;
            may.then_some(Fact::Adopted(Adopted { finding: *finding, state: found.state, wording }))
        })
        .collect();
    say(case, "adopt", "Findings of the example are adopted", &facts)
}

fn say(case: &mut Case, act: &str, summary: &str, facts: &[Fact]) -> Result<Option<Receipt>, DeskError> {
    if facts.is_empty() { Ok(None) } else { case.say_facts(act, summary, facts).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::evidence::{Evidence, Outcome, Run};
    use crate::custody::folder::Opening;
    use crate::custody::founding::WORKING;
    use crate::custody::governance::Role;
    use crate::custody::writer::Change;
    use crate::publication::{draft, gate};
    use factum_model::Edtf;
    use factum_vault::card::Name;
    use factum_vault::identity::Identity;
    use std::collections::BTreeMap;

    fn run(code: &str, values: &[(&str, &str)]) -> Evidence {
        Evidence::Run(Box::new(Run {
            run: code.into(),
            what: "a run".into(),
            program: crate::version(),
            seed: None,
            parameters: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            outcome: Some(Outcome {
                converged: true,
                values: values.iter().map(|(name, value)| Detail::new(*name, *value)).collect(),
            }),
        }))
    }

    #[test]
    fn the_example_holds_a_finding_of_every_standing_and_a_draft_without_a_problem() {
        let today = "2026-11-27".parse::<Edtf>().unwrap().latest().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let made = |name: &str| Identity::generate(Name::new(name).unwrap(), "2026-01-01T00:00:00Z").unwrap();
        let open =
            |who: &Identity| Case::open(folder.path(), Identity::parse(&who.expose()).unwrap(), Opening::default());
        let (lead, second) = (made("Example lead"), made("Example reviewer"));
        let again = Identity::parse(&lead.expose()).unwrap();
        let mut case = Case::found(folder.path(), "Valleys", again, Opening::default()).unwrap();
        let testimony = crate::demo::testimony();
        case.take_in(&testimony.inquiry, &testimony.identities.unwrap(), WORKING).unwrap();
        let mut change = Change::new("estimate", "two runs");
        change.say(WORKING, &run("R-1", &[("records", "9"), ("persons", "7")])).unwrap();
        change
            .say(WORKING, &run("R-2", &[("observed", "7"), ("estimate", "10"), ("lower", "8"), ("upper", "14")]))
            .unwrap();
        case.tell(change).unwrap();
        case.add_member("Example reviewer", &second.card(), Role::Analyst, &[WORKING.into()]).unwrap();
        assert!(adopt(&mut case, today).unwrap().is_none(), "nobody has reviewed anything");
        let mut reviewing = open(&second).unwrap();
        assert!(review(&mut reviewing).unwrap().is_some() && review(&mut reviewing).unwrap().is_none());
        assert!(vouch(&mut reviewing).unwrap().is_some() && vouch(&mut reviewing).unwrap().is_none());
        let mut case = open(&lead).unwrap();
        assert!(vouch(&mut case).unwrap().is_none(), "the draft names another");
        assert!(adopt(&mut case, today).unwrap().is_some() && adopt(&mut case, today).unwrap().is_none());

        let book = Book::read(&case).unwrap();
        let judged = judge::all(&book, today, &|member| case.register().name_of(member));
        let stand: BTreeMap<&str, String> = book
            .findings
            .iter()
            .map(|(id, file)| {
                let found = &judged[id];
                let adopted = found.standing == Standing::Adopted;
                let word = if adopted { "adopted".into() } else { found.verdict.to_string() };
                (file.finding.what.code.as_str(), word)
            })
            .collect();
        let not_yet = "may not yet be adopted";
        let expected = [
            ("F-1", "adopted"),
            ("F-2", "adopted"),
            ("F-3", "contested"),
            ("F-4", not_yet),
            ("F-5", "adopted"),
            ("F-6", "adopted"),
            ("F-7", not_yet),
        ];
        assert_eq!(stand, expected.map(|(code, word)| (code, word.to_string())).into());
        // Six reports on one night have one origin.
        let shots = book.findings.iter().find(|(_, file)| file.finding.what.code == "F-4").unwrap().0;
        assert!(judged[shots].lines.iter().any(|line| line.starts_with("independent origins: 1 of 2")));

        let (draft, problems) = draft::read(crate::demo::REPORT);
        assert_eq!(problems, []);
        let grounds = gate::Grounds::of(&case, &book, &judged, today);
        let (rests, problems) = gate::judge(&draft.unwrap(), &grounds);
        assert_eq!(problems, []);
        assert!(rests.cited.len() > 40 && rests.narrative.len() < 20);
    }
}
