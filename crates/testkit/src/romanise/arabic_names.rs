//! Which names do the people of the Arabic lists bear?
//!
//! Ordinary names, and names made of them by the rules of the language, in a notation with one sign a sound: `A I U` are the long
//! vowels, `1` a final long a written with ya, `3` a long a that is not written, `p` the feminine ending, `H S D T Z E` the
//! emphatic consonants and ayn, `v & x $ g` what romanisations write as th, dh, kh, sh and gh, `'` hamza within a word.
//! A name that begins with a vowel begins with hamza. The article is `al-`.

/// Given names of men, roughly the commonest first.
const MEN: &str = "muHammad aHmad EalI Hasan maHmUd Husayn xAlid Eumar yUsuf ibrAhIm muSTaf1 ismAEIl SAliH mUs1 EIs1 sAlim \
    saEId sulaymAn Hamzap walId TAriq ziyAd mAjid bilAl zayd ayman ra'Uf fu'Ad rA'id wA'il nabIl jamAl kamAl samIr karIm \
    jalAl hilAl naSr nASir manSUr fahd fAris fAdI faySal sayf badr qAsim qays raHIm amIn amIr anwar asEad akram a$raf ayham \
    ihAb EimAd EAdil EAmir EammAr EiSAm EadnAn gassAn gAlib gAzI hAnI hi$Am hayvam wisAm waDDAH wajIh waHId yAsir yAsIn \
    yazId bassAm bAsim ba$Ir ba$$Ar HAzim HAtim HAriv HusAm HabIb jihAd jAbir mAzin mAlik marwAn mu'min munIr mun&ir \
    murtaD1 muHsin muxtAr nAdir nAjI naEIm najIb nizAr nuEmAn qutaybap quSayy riyAD riDA sufyAn sirAj suhayl tawfIq taysIr \
    tamIm EArif EazIz $AdI $ihAb TalAl TalHap usAmap Hu&ayfap qatAdap Eikrimap dAwUd isHAq yaEqUb yaHy1 zakariyyA hArUn \
    idrIs ayyUb yUnus nUH luqmAn jaEfar SAdiq bAqir Haydar EabbAs mahdI hAdI jawAd $Akir $ukrI fawzI ramzI ru$dI majdI \
    HamdI fatHI SubHI luTfI wajdI jamIl xalIl kAmil rA$id ra$Id rAmI sAmI TAhir TAlib zuhayr saEd masEUd salIm salmAn";

/// Given names of women, roughly the commonest first.
const WOMEN: &str = "fATimap maryam EA'i$ap zaynab xadIjap hud1 nUr layl1 salm1 amInap asmA' rIm hanA' HanAn sanA' hind mun1 \
    ruqayyap sukaynap Aminap sAmiyap sAmirap salw1 lubn1 nuh1 duH1 ra$A ranA rAniyap rImA rabAb nAdiyap najw1 nawAl nUrap \
    nahlap nidA' nisrIn hAlap hadIl hibap huyAm widAd wafA' wiSAl wardap yAsmIn yusr1 zahrap zahrA' zubaydap bu$r1 basmap \
    balqIs buvaynap jamIlap jawAhir jihAn karImap kawvar laTIfap lamyA' mAjidap madIHap manAl maysUn maysA' nabIlap nAhid \
    najAH nAjiyap raHmap rajA' riHAb riHAm saHar sawsan suEAd suhayr suhA $ahlA $aymA' SafA' Safiyyap SabAH TAhirap EabIr \
    EafAf EAliyap Eazzap EawATif gAdap gufrAn faraH fAtin farIdap fawziyyap firyAl ibtisAm ilhAm iHsAn inEAm ImAn isrA' \
    intiSAr amal AmAl anIsap duEA' vanA' xawlap xulUd dalAl dunyA &ikr1";

/// What follows "servant of the" in a given name.
const ATTRIBUTES: &str = "l3h raHm3n raHIm qAdir karIm laTIf HamId majId jalIl HakIm jabbAr razzAq sattAr salAm EazIz ganI \
    wahhAb wAHid hAdI bAsiT fattAH gafUr HalIm nASir xAliq il3h";

/// What precedes "of the faith" in a given name.
const FAITH: &str = "SalAH nUr Eizz xayr EimAd sayf jamAl kamAl badr nASir $ams taqI zayn EalA' bahA' DiyA'";

/// Trades, qualities, beasts and landscapes that families are called after, with the article.
const CALLED: &str = "najjAr HaddAd xayyAT HallAq HajjAr bannA' SabbAg fallAH jammAl xabbAz TabbAx TaHHAn EaTTAr qaSSAb jazzAr \
    sammAk zayyAt laHHAm xaTIb qADI HAkim mu'a&&in imAm muxtAr kAtib SA'ig naqqA$ dabbAg HaTTAb farrA' baqqAl sarrAj sayyAf \
    rassAm naHHAs SayyAd baHHAr mallAH rAEI $AEir TabIb sAEAtI tAjir dallAl naqIb EamId ra'Is wazIr amIn aswad abyaD aHmar \
    a$qar aEraj aTra$ TawIl qaSIr kabIr SagIr garIb $arIf sayyid Hurr asmar azraq axDar nimr asad Saqr nasr HamAm gazAl \
    EuSfUr jabalI sahlI baHrI barrI SaHrAwI $arqI garbI qiblI janUbI qarawI badawI HajarI ramlI nahrI zaytUnI rummAnI \
    EinabI lawzI jawzI tInI EasalI samnI turkI bustAnI jabalAwI";

/// What villages are called after.
const VILLAGES: &str =
    "zaytUn rummAn Hajar raml ganam jawz lawz tIn EAlI qaSr burj jisr sUq rabIE gurAb nimr Tayr qamar ward naxl";

/// What villages are.
const SITES: &str = "tall Eayn kafr bayt wAdI";

/// What regions are called after.
const REGIONS: &str = "al-$arq al-garb al-janUb al-baHr al-jabal al-wAdI";

fn listed(names: &str) -> impl Iterator<Item = &str> {
    names.split_whitespace()
}

/// Given names of men: some 200.
pub(super) fn men() -> Vec<String> {
    let mut men: Vec<String> = listed(MEN).map(String::from).collect();
    let compound = listed(ATTRIBUTES).map(servant).chain(listed(FAITH).map(|name| format!("{name} al-dIn")));
    // The compounds are common names: one after every third of the others.
    for (i, name) in compound.enumerate() {
        men.insert(4 * i + 3, name);
    }
    men
}

fn servant(attribute: &str) -> String {
    format!("Eabd al-{attribute}")
}

/// Given names of women: some 110.
pub(super) fn women() -> Vec<String> {
    listed(WOMEN).map(String::from).collect()
}

/// Family names: trades and qualities, an ancestor's name bare, with the article, as an adjective or after "father of", and
/// compounds; some 400, in no order.
pub(super) fn families() -> Vec<String> {
    let mut families: Vec<String> = listed(CALLED).map(|name| format!("al-{name}")).collect();
    families.extend(listed(MEN).take(115).map(String::from));
    families.extend(listed(MEN).skip(2).step_by(5).map(|name| format!("al-{name}")));
    families.extend(listed(ATTRIBUTES).map(servant));
    families.extend(listed(FAITH).step_by(2).map(|name| format!("{name} al-dIn")));
    families.extend(listed(MEN).skip(1).step_by(4).map(|name| format!("abU {name}")));
    let ends_in_consonant = |name: &&str| !name.ends_with(['I', 'A', '1', 'p', 'y']);
    families.extend(listed(MEN).filter(ends_in_consonant).step_by(2).map(|name| format!("al-{name}I")));
    families.sort();
    families.dedup();
    families
}

/// Villages: some 100.
pub(super) fn places() -> Vec<String> {
    listed(SITES).flat_map(|site| listed(VILLAGES).map(move |name| format!("{site} al-{name}"))).collect()
}

/// Regions.
pub(super) fn regions() -> Vec<String> {
    listed(REGIONS).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_as_many_names_as_a_real_list_has() {
        let check = |names: Vec<String>, at_least: usize| {
            let different: HashSet<&String> = names.iter().collect();
            assert_eq!(different.len(), names.len());
            assert!(names.len() >= at_least, "{}", names.len());
        };
        check(men(), 170);
        check(women(), 100);
        check(families(), 380);
        check(places(), 90);
    }
}
