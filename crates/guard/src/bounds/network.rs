//! Between what does each variable lie, when the equations are those of a network?
//!
//! Where every variable stands in at most two equations, and the signs can be turned so that it enters one and leaves the
//! other, the variables are flows on arcs and the equations say that nothing is lost at a node. Bounds on a cell are then
//! greatest flows, which are whole numbers, and each takes microseconds (D. Gusfield, "A graph theoretic approach to
//! statistical data security", SIAM Journal on Computing 17 (1988), 552-571; L. H. Cox, "Network models for complementary cell
//! suppression", JASA 90 (1995), 1453-1462). Flows are found by the method of Dinitz.

use super::system::{Component, Contradiction, INFINITE};
use std::collections::VecDeque;

/// An amount that no sum of counts reaches, and that can be added to one without overflow.
const ANY: i64 = 1 << 61;

/// A network with a flow on it that meets every equation.
pub(crate) struct Network {
    /// Head of each directed arc; arcs `2k` and `2k + 1` are variable `k` raised and lowered.
    heads: Vec<u32>,
    /// By how much each can still be used.
    room: Vec<i64>,
    /// Arcs leaving each node.
    leaving: Vec<Vec<u32>>,
    level: Vec<u32>,
    next: Vec<u32>,
    lower: Vec<i64>,
    upper: Vec<i64>,
    /// The flow now.
    pub flow: Vec<i64>,
}

/// The tail and head of each variable: `nodes` is outside of all equations.
pub(crate) fn arcs(component: &Component) -> Option<Vec<(u32, u32)>> {
    let nodes = component.equations.len() as u32;
    let mut uses: Vec<Vec<(u32, i64)>> = vec![Vec::new(); component.variables.len()];
    for (node, (terms, _)) in (0u32..).zip(&component.equations) {
        for (variable, sign) in terms {
            uses[*variable as usize].push((node, *sign));
        }
    }
    if uses.iter().any(|u| u.len() > 2) {
        return None;
    }
    // Equations are turned over so that each variable has one sign in one and the other in the other.
    let mut turned: Vec<i64> = vec![0; nodes as usize];
    for start in 0..nodes as usize {
        if turned[start] != 0 {
            continue;
        }
        turned[start] = 1;
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            for (variable, _) in &component.equations[node].0 {
                let [(a, sign_a), (b, sign_b)] = uses[*variable as usize].as_slice() else { continue };
                let other = if *a as usize == node { *b } else { *a } as usize;
                let wanted = -sign_a * sign_b * turned[node];
                if turned[other] == 0 {
                    turned[other] = wanted;
                    waiting.push(other);
                } else if turned[other] != wanted {
                    return None;
                }
            }
        }
    }
    let arc = |uses: &Vec<(u32, i64)>| {
        let mut ends = (nodes, nodes);
        for (node, sign) in uses {
            if sign * turned[*node as usize] > 0 { ends.1 = *node } else { ends.0 = *node }
        }
        ends
    };
    Some(uses.iter().map(arc).collect())
}

impl Network {
    /// The network of a component with some flow; absent if it is none, an error if nothing meets its equations.
    pub(crate) fn of(component: &Component) -> Option<Result<Network, Contradiction>> {
        let arcs = arcs(component)?;
        let nodes = component.equations.len();
        let mut network = Network {
            heads: Vec::new(),
            room: Vec::new(),
            leaving: vec![Vec::new(); nodes + 3],
            level: Vec::new(),
            next: Vec::new(),
            lower: component.lower.clone(),
            upper: component.upper.iter().map(|u| if *u == INFINITE { ANY } else { *u }).collect(),
            flow: component.lower.clone(),
        };
        for (place, (tail, head)) in arcs.iter().enumerate() {
            let room = network.upper[place] - network.lower[place];
            network.arc(*tail, *head, room, 0);
        }
        // What each node lacks when every variable is at its least, by the sign under which the network has its equation.
        let mut lacking = vec![0i64; nodes + 1];
        for ((tail, head), flow) in arcs.iter().zip(&network.flow) {
            lacking[*tail as usize] += flow;
            lacking[*head as usize] -= flow;
        }
        for (node, (terms, total)) in component.equations.iter().enumerate() {
            let turned =
                terms.first().map_or(1, |(v, sign)| if arcs[*v as usize].1 == node as u32 { *sign } else { -sign });
            lacking[node] += turned * total;
        }
        lacking[nodes] = -lacking[..nodes].iter().sum::<i64>();
        Some(network.satisfy(&lacking))
    }

    fn arc(&mut self, tail: u32, head: u32, there: i64, back: i64) {
        let arc = self.heads.len() as u32;
        self.heads.extend([head, tail]);
        self.room.extend([there, back]);
        self.leaving[tail as usize].push(arc);
        self.leaving[head as usize].push(arc + 1);
    }

    /// Sends along what the nodes lack from those that have too much.
    fn satisfy(mut self, lacking: &[i64]) -> Result<Network, Contradiction> {
        let (from, to) = (lacking.len() as u32, lacking.len() as u32 + 1);
        let variables = self.flow.len();
        for (node, amount) in (0u32..).zip(lacking) {
            match amount.signum() {
                1 => self.arc(node, to, *amount, 0),
                -1 => self.arc(from, node, -amount, 0),
                _ => {}
            }
        }
        let wanted: i64 = lacking.iter().filter(|l| **l > 0).sum();
        if self.push(from, to, wanted) < wanted {
            return Err(Contradiction);
        }
        // The arcs that brought it are taken away again: nothing more may flow over them.
        self.heads.truncate(2 * variables);
        self.room.truncate(2 * variables);
        self.leaving.iter_mut().for_each(|arcs| arcs.retain(|a| (*a as usize) < 2 * variables));
        self.take_stock();
        Ok(self)
    }

    fn take_stock(&mut self) {
        for (variable, flow) in self.flow.iter_mut().enumerate() {
            *flow = self.lower[variable] + self.room[2 * variable + 1];
        }
    }

    /// Raises a variable as far as it goes, or to the limit; gives where it is then.
    pub(crate) fn raise(&mut self, variable: usize, limit: i64) -> i64 {
        self.shift(variable, 2 * variable, limit.saturating_sub(self.flow[variable]))
    }

    /// Lowers a variable as far as it goes, or to the limit; gives where it is then.
    pub(crate) fn lower(&mut self, variable: usize, limit: i64) -> i64 {
        self.shift(variable, 2 * variable + 1, self.flow[variable].saturating_sub(limit))
    }

    /// Sends up to `most` over one arc and back by others.
    fn shift(&mut self, variable: usize, arc: usize, most: i64) -> i64 {
        let (there, back) = (self.room[arc], self.room[arc ^ 1]);
        let (head, tail) = (self.heads[arc], self.heads[arc ^ 1]);
        // While the rest of the network is searched the arc itself is closed.
        (self.room[arc], self.room[arc ^ 1]) = (0, 0);
        let most = most.min(there).max(0);
        let pushed = if head == tail { most } else { self.push(head, tail, most) };
        (self.room[arc], self.room[arc ^ 1]) = (there - pushed, back + pushed);
        if pushed > 0 {
            self.take_stock();
        }
        self.flow[variable]
    }

    /// Pushes at most this much from one node to another; gives how much went.
    fn push(&mut self, from: u32, to: u32, most: i64) -> i64 {
        let mut pushed = 0;
        while pushed < most && self.layer(from, to) {
            self.next = vec![0; self.leaving.len()];
            loop {
                let amount = self.path(from, to, most - pushed);
                if amount == 0 {
                    break;
                }
                pushed += amount;
            }
        }
        pushed
    }

    /// Levels of the nodes by their distance; whether the goal can be reached.
    fn layer(&mut self, from: u32, to: u32) -> bool {
        self.level = vec![u32::MAX; self.leaving.len()];
        self.level[from as usize] = 0;
        let mut waiting = VecDeque::from([from]);
        while let Some(node) = waiting.pop_front() {
            for arc in &self.leaving[node as usize] {
                let head = self.heads[*arc as usize];
                if self.room[*arc as usize] > 0 && self.level[head as usize] == u32::MAX {
                    self.level[head as usize] = self.level[node as usize] + 1;
                    if head == to {
                        return true;
                    }
                    waiting.push_back(head);
                }
            }
        }
        false
    }

    /// Pushes along one path that climbs the levels; gives how much, 0 when there is none left.
    fn path(&mut self, from: u32, to: u32, most: i64) -> i64 {
        let mut path: Vec<u32> = Vec::new();
        let mut node = from;
        while node != to {
            let arcs = &self.leaving[node as usize];
            let onward = loop {
                let Some(arc) = arcs.get(self.next[node as usize] as usize) else { break None };
                let head = self.heads[*arc as usize] as usize;
                if self.room[*arc as usize] > 0 && self.level[head] == self.level[node as usize].saturating_add(1) {
                    break Some(*arc);
                }
                self.next[node as usize] += 1;
            };
            match (onward, path.last()) {
                (Some(arc), _) => {
                    path.push(arc);
                    node = self.heads[arc as usize];
                }
                (None, Some(arc)) => {
                    // A dead end: the step before is not tried again.
                    node = self.heads[(*arc ^ 1) as usize];
                    self.next[node as usize] += 1;
                    path.pop();
                }
                (None, None) => return 0,
            }
        }
        let amount = path.iter().map(|a| self.room[*a as usize]).min().unwrap_or(0).min(most);
        for arc in path {
            self.room[arc as usize] -= amount;
            self.room[(arc ^ 1) as usize] += amount;
        }
        amount
    }
}
