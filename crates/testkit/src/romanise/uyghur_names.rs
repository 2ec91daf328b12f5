//! Which names do the people of the Uyghur lists bear?
//!
//! Ordinary names, and names made of them by the rules of the language, in the Latin alphabet of Uyghur (ULY).

/// Given names of men, roughly the commonest first.
const MEN: &str = "memet tursun ehmet abdukërim qasim yasin turghun ablet abliz osman ömer hesen hüseyin musa yüsüp ibrahim \
    ismayil qurban rozi abla ablimit ablikim abduweli abdurëhim abdusalam abduqadir abdughëni abdurahman abdulla abdureshit \
    adil alim ekber eziz erkin eli elishir enwer esqer bextiyar barat batur behram dawut dilmurat dolqun eysa ghalip gheyret \
    ghëni ghopur hakim hemit heyder hebibulla hoshur ilham imin islam izzet jappar jelil jüme kamil kërim mahmut mexsut \
    mijit muxter muhemmed murat mutellip nesrulla nijat niyaz nurdin nurmemet obul pazil perhat polat qadir qeyser qeyum \
    qutluq rahman rehmitulla rishat sabir sadiq salih sawut seley semet shöhret shakir shewket sidiq sulayman tahir talip \
    tayir tëyip tiliwaldi toxti turdi tuniyaz weli xalmurat xelil xudaberdi yaqup yolwas yunus zakir zeynidin zordun zunun \
    metniyaz mettursun nurtay ghoja helim jamal kuresh mömin nasir ömerjan rejep sattar sherip tömür töxti ümit zayit";

/// Given names of women, roughly the commonest first.
const WOMEN: &str = "aygül patime aynur meryem gülnar ayshem amine dilber reyhan tursunay zeynep gülbahar rabiye mahire nurgül \
    ayimgül anargül arzugül asiye chimen'gül dilnur dilnaz dilare gülnisa gülshen gülzar güzelnur hëlime hawagül hörigül \
    hejer intizar jemile kamile qelbinur kübra letipe mahinur maynur mëhrigül mihray minewer muhterem munire nadire nurbiye \
    nurnisa patigül peride perizat qembernisa rizwan'gül roshen saadet saliha sebire shemsiye shirin subinur tajigül turnisa \
    ümide xasiyet xalide xatire xelchem yultuz zahide zöhre zulpiye zumret buhelchem buwi sharapet ruqiye tilemhan";

/// Colours and qualities, and what is called after them.
const FIRST: &str = "aq qara kök yëngi qizil chong sëriq tömür tash qum ach süt";
const SECOND: &str = "östeng bulaq yer mehelle bazar köl tam derya bagh awat";

/// Regions, invented in the same way.
const REGIONS: &str = "qizilkent köktagh aqdala tashwadi ëgizqum";

fn listed(names: &str) -> Vec<String> {
    names.split_whitespace().map(String::from).collect()
}

/// Given names of men: some 230, many with the endearing "-jan" or the pious "-axun".
pub(super) fn men() -> Vec<String> {
    with_endings(listed(MEN), &["jan", "jan", "axun"])
}

/// Given names of women: some 120, many with "-xan" or "-gül".
pub(super) fn women() -> Vec<String> {
    with_endings(listed(WOMEN), &["xan", "gül", "xan"])
}

/// Every short name once more, with an ending, among the rarer ones. The apostrophe keeps n and g from being read as one letter.
fn with_endings(mut names: Vec<String>, endings: &[&str]) -> Vec<String> {
    let bare: Vec<String> = names.iter().filter(|name| name.chars().count() < 7).cloned().collect();
    for (i, name) in bare.iter().enumerate() {
        let ending = endings[i % endings.len()];
        let longer = if name.ends_with('n') && ending.starts_with('g') {
            format!("{name}'{ending}")
        } else {
            format!("{name}{ending}")
        };
        if !name.ends_with(ending) && !names.contains(&longer) {
            names.insert((5 + 3 * i).min(names.len()), longer);
        }
    }
    names
}

/// Villages: 120.
pub(super) fn places() -> Vec<String> {
    listed(FIRST)
        .iter()
        .flat_map(|first| listed(SECOND).into_iter().map(move |second| format!("{first}{second}")))
        .collect()
}

/// Regions.
pub(super) fn regions() -> Vec<String> {
    listed(REGIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_as_many_names_as_a_real_list_has() {
        let check = |names: Vec<String>, at_least: usize| {
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
            assert!(names.len() >= at_least, "{}", names.len());
        };
        check(men(), 180);
        check(women(), 100);
        check(places(), 120);
    }
}
