//! How many of these are pairwise independent?
//!
//! The largest clique of a graph, exactly, by branch and bound: candidates are kept as bits, and a greedy colouring bounds what a
//! branch can still give, since no two of one colour are joined (P. San Segundo, D. Rodríguez-Losada and A. Jiménez, "An exact
//! bit-parallel algorithm for the maximum clique problem", Computers & Operations Research 38, 2011). The work is counted in
//! branches, not in seconds, so that every machine stops at the same place; where it stops early, what was found is a lower bound
//! and the colours give an upper one.

/// An undirected graph over the numbers below [`Graph::len`].
#[derive(Clone, Debug)]
pub struct Graph {
    vertices: usize,
    words: usize,
    rows: Vec<u64>,
}

/// The largest set found in which everything is joined with everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clique {
    /// Its members, sorted.
    pub members: Vec<usize>,
    /// No larger set than this exists. Equal to the number of members where the search came to its end.
    pub at_most: usize,
}

impl Graph {
    /// A graph in which nothing is joined.
    pub fn new(vertices: usize) -> Graph {
        let words = vertices.div_ceil(64);
        Graph { vertices, words, rows: vec![0; vertices * words] }
    }

    /// How many vertices there are.
    pub fn len(&self) -> usize {
        self.vertices
    }

    /// Whether there is no vertex.
    pub fn is_empty(&self) -> bool {
        self.vertices == 0
    }

    /// Joins two different vertices; anything else changes nothing.
    pub fn join(&mut self, a: usize, b: usize) {
        self.set(a, b, true);
    }

    /// Parts two vertices.
    pub fn part(&mut self, a: usize, b: usize) {
        self.set(a, b, false);
    }

    fn set(&mut self, a: usize, b: usize, joined: bool) {
        if a == b || a >= self.vertices || b >= self.vertices {
            return;
        }
        for (row, column) in [(a, b), (b, a)] {
            let word = &mut self.rows[row * self.words + column / 64];
            if joined {
                *word |= 1 << (column % 64);
            } else {
                *word &= !(1 << (column % 64));
            }
        }
    }

    /// Whether two vertices are joined.
    pub fn joined(&self, a: usize, b: usize) -> bool {
        a < self.vertices && b < self.vertices && self.rows[a * self.words + b / 64] >> (b % 64) & 1 == 1
    }

    fn row(&self, vertex: usize) -> &[u64] {
        &self.rows[vertex * self.words..(vertex + 1) * self.words]
    }

    fn degree(&self, vertex: usize) -> u32 {
        self.row(vertex).iter().map(|w| w.count_ones()).sum()
    }

    /// The same graph with the vertices in this order.
    fn reordered(&self, order: &[usize]) -> Graph {
        let mut place = vec![0; self.vertices];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        let mut made = Graph::new(self.vertices);
        for (new, &old) in order.iter().enumerate() {
            for other in bits(self.row(old)) {
                made.join(new, place[other]);
            }
        }
        made
    }
}

/// The positions of the bits that are set.
fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                at * 64 + bit
            })
        })
    })
}

fn first(words: &[u64]) -> Option<usize> {
    bits(words).next()
}

fn remove(words: &mut [u64], bit: usize) {
    words[bit / 64] &= !(1 << (bit % 64));
}

/// What is left to try below one choice of vertices.
struct Level {
    candidates: Vec<u64>,
    /// Vertices worth trying, the last first; each with the number of colours among it and those before it.
    order: Vec<(usize, usize)>,
}

/// Colours the candidates greedily and lists those whose colour exceeds `needed`: the others can add no more than that.
fn colour(graph: &Graph, candidates: &[u64], needed: usize) -> Vec<(usize, usize)> {
    let mut uncoloured = candidates.to_vec();
    let mut order = Vec::new();
    let mut colour = 0;
    while uncoloured.iter().any(|&w| w != 0) {
        colour += 1;
        let mut class = uncoloured.clone();
        while let Some(vertex) = first(&class) {
            remove(&mut class, vertex);
            remove(&mut uncoloured, vertex);
            for (word, row) in class.iter_mut().zip(graph.row(vertex)) {
                *word &= !row;
            }
            if colour > needed {
                order.push((vertex, colour));
            }
        }
    }
    order
}

/// A clique that is found at once: vertices in order, each taken that is joined with all taken before.
fn greedy(graph: &Graph) -> Vec<usize> {
    let mut candidates = vec![u64::MAX; graph.words];
    let mut taken = Vec::new();
    while let Some(vertex) = first(&candidates).filter(|&v| v < graph.len()) {
        taken.push(vertex);
        for (word, row) in candidates.iter_mut().zip(graph.row(vertex)) {
            *word &= row;
        }
    }
    taken
}

/// The largest clique, or the largest found within so many branches.
pub fn largest(graph: &Graph, branches: u64) -> Clique {
    // Vertices with many neighbours first: they are coloured first, and the rare ones are tried first and are soon done.
    let mut order: Vec<usize> = (0..graph.len()).collect();
    order.sort_by_key(|&v| (std::cmp::Reverse(graph.degree(v)), v));
    let ordered = graph.reordered(&order);
    let (best, at_most) = search(&ordered, branches);
    let mut members: Vec<usize> = best.into_iter().map(|v| order[v]).collect();
    members.sort_unstable();
    Clique { members, at_most }
}

fn search(graph: &Graph, branches: u64) -> (Vec<usize>, usize) {
    let mut best = greedy(graph);
    let mut all = vec![0; graph.words];
    for vertex in 0..graph.len() {
        all[vertex / 64] |= 1 << (vertex % 64);
    }
    let mut chosen: Vec<usize> = Vec::new();
    let order = colour(graph, &all, best.len());
    let mut levels = vec![Level { candidates: all, order }];
    let (mut tried, mut bound) = (0, best.len());
    while let Some(level) = levels.last_mut() {
        let next = level.order.pop().filter(|&(_, colours)| chosen.len() + colours > best.len());
        let Some((vertex, colours)) = next else {
            levels.pop();
            chosen.pop();
            continue;
        };
        if chosen.is_empty() {
            bound = colours;
        }
        if tried == branches {
            let at_most = bound.max(best.len());
            return (best, at_most);
        }
        tried += 1;
        let candidates: Vec<u64> = level.candidates.iter().zip(graph.row(vertex)).map(|(c, r)| c & r).collect();
        remove(&mut level.candidates, vertex);
        chosen.push(vertex);
        if candidates.iter().all(|&w| w == 0) {
            if chosen.len() > best.len() {
                best.clone_from(&chosen);
            }
            chosen.pop();
        } else {
            let order = colour(graph, &candidates, best.len().saturating_sub(chosen.len()));
            levels.push(Level { candidates, order });
        }
    }
    let at_most = best.len();
    (best, at_most)
}
