//! Do two romanisations of one list still meet?

use factum_link::{Options, RecordSet, link};
use factum_model::{ListId, Record};
use factum_testkit::romanise::{self, Entry, Romanised, arabic_lists, uyghur_lists};
use std::collections::HashMap;

/// F1 over pairs of records put into one person, those within a list included.
fn f1(lists: &Romanised, record: impl Fn(&Entry) -> &Record) -> f64 {
    let mut set = RecordSet::default();
    for (at, list) in lists.lists.iter().enumerate() {
        set.add_list(ListId::new(["library", "press"][at]), false);
        list.iter().for_each(|entry| set.push(at, record(entry)));
    }
    let linkage = link(&set, &Options::default(), &()).unwrap();
    let truth: Vec<u32> = lists.lists.iter().flatten().map(|entry| entry.person).collect();
    let pairs = |count: &dyn Fn(usize) -> (u32, u32)| {
        let mut sizes: HashMap<(u32, u32), f64> = HashMap::new();
        (0..truth.len()).for_each(|r| *sizes.entry(count(r)).or_default() += 1.0);
        sizes.values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
    };
    let found = pairs(&|r| (linkage.persons[r], 0));
    let real = pairs(&|r| (truth[r], 0));
    let both = pairs(&|r| (linkage.persons[r], truth[r]));
    eprintln!("P {:.4} R {:.4} t {:.3}", both / found, both / real, linkage.threshold.probability);
    2.0 * both / (found + real)
}

#[test]
fn measure() {
    for (name, of) in [("arabic", arabic_lists as fn(&romanise::Options) -> Romanised), ("uyghur", uyghur_lists)] {
        for births in [true, false] {
            for people in [1000, 4000] {
                let lists = of(&romanise::Options { people, seed: 7, births });
                let t = std::time::Instant::now();
                let o = f1(&lists, |e| &e.original);
                let t1 = t.elapsed();
                let r = f1(&lists, |e| &e.romanised);
                eprintln!("{name} births {births} {people}: original {o:.4} {t1:?} romanised {r:.4} {:?}", t.elapsed());
            }
        }
    }
}
