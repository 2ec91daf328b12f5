//! Does the search find names in every disguise, and leave alone what only resembles them?

use factum_guard::leak::{Finest, Found, Rank, Searcher, Secret, Stretch, Wanted, Way, What};
use proptest::prelude::*;

fn wanted(names: &[&str]) -> Wanted {
    let secrets = names.iter().zip(0..).map(|(name, subject)| Secret { subject, what: What::Person(name.to_string()) });
    Wanted { secrets: secrets.collect(), ..Wanted::default() }
}

fn prose(text: &str) -> Stretch<'_> {
    Stretch { text, prose: true, visual: false }
}

fn label(text: &str) -> Stretch<'_> {
    Stretch { text, prose: false, visual: false }
}

/// The words that alarm, as they stand.
fn alarms(wanted: &Wanted, stretch: Stretch<'_>) -> Vec<(String, Rank, Way)> {
    let found = Searcher::new(wanted).search(&[stretch]);
    let there = |f: &Found| stretch.text.chars().skip(f.from).take(f.to - f.from).collect();
    found.iter().filter(|f| f.rank < Rank::Possible).map(|f| (there(f), f.rank, f.way)).collect()
}

fn check(names: &[&str], stretch: Stretch<'_>, expected: &[&str]) {
    let found = alarms(&wanted(names), stretch);
    let words: Vec<&str> = found.iter().map(|(words, ..)| words.as_str()).collect();
    assert_eq!(words, expected, "{names:?} in {}: {found:?}", stretch.text);
}

#[test]
fn a_whole_name_is_found_in_every_spelling_and_order() {
    for (name, text, expected) in [
        ("Ana Mirel", "It was Ana Mirel who spoke.", "Ana Mirel"),
        ("Ana Mirel", "It was MIREL, Ana who spoke.", "MIREL, Ana"),
        ("Ana Mirel", "It was Mirel Ana who spoke.", "Mirel Ana"),
        ("Ana Mirel", "They met Anna Mirell there.", "Anna Mirell"),
        ("Ana Mirel", "They met Ana Sofia Mirel there.", "Ana Sofia Mirel"),
        ("Ána Mírel", "They met Ana Mirel's aunt.", "Ana Mirel's"),
        ("Ana Mirel", "They met ana mirel there.", "ana mirel"),
        ("Ana Mirel", "They met Ana Mi-\nrel there.", "Ana Mi-\nrel"),
        ("Ana Mirel", "They met Ana\nMirel there.", "Ana\nMirel"),
        ("Ana Mirel", "They met A\u{200b}na Mi\u{ad}rel there.", "A\u{200b}na Mi\u{ad}rel"),
        ("Ana Mirel", "They met Аnа Мirеl there.", "Аnа Мirеl"),
        ("Ana Mirel", "They met Ana M1rel there.", "Ana M1rel"),
        ("Ana Mirel", "They met A n a  M i r e l there.", "A n a  M i r e l"),
        ("Ana Mirel", "They met ana-mirel there.", "ana-mirel"),
        ("Ana Mirel", "Write to ana.mirel@valley.example.", "ana.mirel"),
        ("Marwan Walid", "قال مروان وليد ذلك.", "مروان وليد"),
        ("مروان وليد", "They met Marwan Walid there.", "Marwan Walid"),
        ("مروان وليد", "Видели Марвана Валида там.", "Марвана Валида"),
        ("Мерик Арвелов", "They met Merik Arvelov there.", "Merik Arvelov"),
        ("Merik Arvelov", "Там видели Мериком Арвеловым.", "Мериком Арвеловым"),
        ("吴芳明", "They met Wu Fangming there.", "Wu Fangming"),
        ("Wu Fangming", "他们看见吴芳明在那里。", "吴芳明"),
        ("Abd al-Rahim al-As'adi", "قال عبد الرحيم الأسعدي ذلك.", "عبد الرحيم الأسعدي"),
        ("Lubna Zayn al-Din", "قالت لبنى زين الدين ذلك.", "لبنى زين الدين"),
        ("Nu‘man Habib", "قال نعمان حبيب ذلك.", "نعمان حبيب"),
        ("Sana’ al-‘Usfur", "قالت سناء العصفور ذلك.", "سناء العصفور"),
        ("أمين الأسود", "They met Amin al-Aswad there.", "Amin al-Aswad"),
        ("‘Abd al-Rahim al-As‘adi", "قال عبد الرحيم الأسعدي ذلك.", "عبد الرحيم الأسعدي"),
        ("Ana Volimak", "They met Ana Volimka there.", "Ana Volimka"),
        ("Imad al-Din al-Sabbagh", "قال عماد الدين الصباغ ذلك.", "عماد الدين الصباغ"),
        ("吴芳明", "They met Fang-Ming Wu there.", "Fang-Ming Wu"),
        ("吴芳明", "他们看见吳芳明在那里。", "吳芳明"),
        ("김철수", "그는 김철수는 말했다.", "김철수"),
        ("Abd al-Rahman Torvel", "They met Abdurrahman Torvel there.", "Abdurrahman Torvel"),
        ("Abdurrahman Torvel", "They met Abd ar-Rahman Torvel there.", "Abd ar-Rahman Torvel"),
        ("Ali bin Hasan Torvel", "They met Ali Torvel there.", "Ali Torvel"),
        ("Mikhail Torvel", "They met Misha Torvel there.", "Misha Torvel"),
        ("پاتىمە تۇرسۇن", "They met Patime Tursun there.", "Patime Tursun"),
        ("Patime Tursun", "پاتىمە تۇرسۇننىڭ ئۆيى", "پاتىمە تۇرسۇننىڭ"),
        ("Ana Mirel (born Torvel)", "They met Ana Torvel there.", "Ana Torvel"),
        ("أسامة العمري", "They met Usamah al-Umari there.", "Usamah al-Umari"),
        ("إبتسام الصحراوي", "They met Ibtisam al-Sahrawi there.", "Ibtisam al-Sahrawi"),
        ("مختار عبد المجيد", "They met Mukhtar ‘Abd sl-Majid there.", "Mukhtar ‘Abd sl-Majid"),
        ("Abduqadir Rozi", "قال ئابدۇقادىر روزى ذلك.", "ئابدۇقادىر روزى"),
        ("سالم أبو عباس", "They met Salim Abu ‘Abbas there.", "Salim Abu ‘Abbas"),
        ("أحمد قصي", "They met Ahmad Qusayy there.", "Ahmad Qusayy"),
        ("طارق الحر", "They met Tariq al-Hurr there.", "Tariq al-Hurr"),
        ("Husayn al-Hurr", "قال حسين الحر ذلك.", "حسين الحر"),
        ("Mustafa Iaam", "قال مصطفى عصام ذلك.", "مصطفى عصام"),
        ("Ana Sistevel", "They met Ana Sitsevel there.", "Ana Sitsevel"),
    ] {
        check(&[name], prose(text), &[expected]);
    }
}

#[test]
fn labels_and_names_of_files_are_read_too() {
    for (text, expected) in [
        ("photo_ana_mirel_2.jpg", "ana_mirel"),
        ("AnaMirel.docx", "AnaMirel"),
        ("anamirel7", "anamirel7"),
        ("amirel", "amirel"),
        ("/home/mirela/", "mirela"),
        ("Mirel\tAna", "Mirel\tAna"),
        ("a mirel", "a mirel"),
    ] {
        check(&["Ana Mirel"], label(text), &[expected]);
    }
    let visual = |text| Stretch { text, prose: true, visual: true };
    check(&["مروان وليد"], visual("ديلو ناورم"), &["ديلو ناورم"]);
}

#[test]
fn less_than_a_name_is_ranked() {
    let of = |name: &str, text: &str| {
        Searcher::new(&wanted(&[name])).search(&[prose(text)]).iter().map(|f| (f.rank, f.way)).collect::<Vec<_>>()
    };
    for (name, text, expected) in [
        ("Ana Torvel", "So said A. Torvel.", Some((Rank::Likely, Way::Initial))),
        ("Ana Torvel", "So said A. S. Torvel.", Some((Rank::Likely, Way::Initial))),
        ("Ana Torvel", "So said Torvel A. in court.", Some((Rank::Likely, Way::Initial))),
        ("Ana Torvel", "So said Mrs Torvel.", Some((Rank::Likely, Way::Titled))),
        ("Ana Torvel", "So said Torvel.", Some((Rank::Possible, Way::FamilyAlone))),
        ("Ana Torvel", "So said B. Torvel.", Some((Rank::Possible, Way::FamilyAlone))),
        ("Ana Torvel", "So said Ana.", None),
        ("Torvel", "So said Torvel.", Some((Rank::Likely, Way::OneWord))),
        ("Maria", "So said Maria.", None),
        ("Ali Hasan Omar Torvel", "So said Ali Hasan.", Some((Rank::Possible, Way::PartOfName))),
        ("Ali Hasan Omar Torvel", "So said Ali Omar Torvel.", Some((Rank::Certain, Way::WholeName))),
    ] {
        assert_eq!(of(name, text), Vec::from_iter(expected), "{name} in {text}");
    }
}

#[test]
fn what_only_resembles_a_name_does_not_alarm() {
    for (name, text) in [
        ("Grace Field", "They lost grace; field after field was burnt."),
        ("Hope May", "They hope, may be in vain."),
        ("Ali Hasan", "They all has an answer."),
        ("Ana Mirel", "They met Ana Torvan and Doru Mirel there."),
        ("Ana Mirel", "Ana was there. Mirel was not."),
        ("Ana Mirel", "Ana saw Mirel."),
        ("Ana Mirel", "Present were Ana, Mirel and Doru."),
        ("Hasan Torvel", "They met Husayn Torvel there."),
        ("高峰", "到了高峰时间。"),
        ("Rose May Brook", "A rose in the brook."),
        ("أحمد قصي", "They met Ahmad Torvel there."),
        ("سالم أبو عباس", "They met Salim Abu Karvi there."),
    ] {
        check(&[name], prose(text), &[]);
    }
}

#[test]
fn what_may_stand_does_not_alarm() {
    let mut wanted = wanted(&["Ana Mirel", "Doru Vass"]);
    wanted.allowed = vec!["Ana Mirel".into()];
    wanted.harmless = vec!["Doru Vass Bridge".into()];
    let words = |text: &str| alarms(&wanted, prose(text)).into_iter().map(|(words, ..)| words).collect::<Vec<_>>();
    assert_eq!(words("Ana Mirel stood on the Doru Vass Bridge."), Vec::<String>::new());
    assert_eq!(words("Doru Vass stood there with Ana Mirel."), ["Doru Vass"]);
    // A word that the texts write in small letters is none of a person's.
    let small = "The torvel is dry. Below the torvel grows grass. The Torvel was red.";
    check(&["Torvel"], prose(small), &[]);
}

#[test]
fn namesakes_are_told_together() {
    let found =
        Searcher::new(&wanted(&["Ana Mirel", "Anna Mirel", "Doru Vass"])).search(&[prose("Here is Ana Mirel.")]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].from, found[0].to, &found[0].subjects[..]), (8, 17, &[0, 1][..]));
}

#[test]
fn days_places_and_numbers_are_found() {
    let secret = |what| Secret { subject: 3, what };
    let wanted = Wanted {
        secrets: vec![
            secret(What::Day { year: 2019, month: 3, day: 12, finest: Finest::Month }),
            secret(What::Day { year: 2020, month: 5, day: 2, finest: Finest::Year }),
            secret(What::Place("Karvi Mill".into())),
            secret(What::Place("Sanitova".into())),
            secret(What::Exactly("+12 345 678".into())),
        ],
        ..Wanted::default()
    };
    for (text, expected) in [
        ("It was on 12 March 2019.", Some(Way::Day)),
        ("It was in March 2019.", None),
        ("It was in May 2020.", Some(Way::Day)),
        ("It was in 2020.", None),
        ("It was at the Karvi Mill.", Some(Way::Place)),
        ("It was in Санитова.", Some(Way::Place)),
        ("It was at Karvi.", None),
        ("Call 12-345-678.", Some(Way::Exactly)),
    ] {
        let ways: Vec<Way> = alarms(&wanted, prose(text)).into_iter().map(|(.., way)| way).collect();
        assert_eq!(ways, Vec::from_iter(expected), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_searched(text in "\\PC{0,120}", name in "\\PC{0,30}", prose in any::<bool>()) {
        let mut wanted = wanted(&[&name, "Ana Mirel", "吴芳明"]);
        wanted.harmless = vec![name.clone()];
        let length = text.chars().count();
        for found in Searcher::new(&wanted).search(&[Stretch { text: &text, prose, visual: true }]) {
            prop_assert!(found.from < found.to && found.to <= length && !found.subjects.is_empty());
        }
    }

    #[test]
    fn a_name_is_found_wherever_it_stands(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
        let text = format!("{before}, Darvek Olmin; {after}");
        let found = alarms(&wanted(&["Darvek Olmin"]), prose(&text));
        prop_assert!(found.iter().any(|(words, ..)| words == "Darvek Olmin"), "{} {:?}", text, found);
    }
}
