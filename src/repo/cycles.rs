//! Cycles of a graph whose nodes are numbers: which nodes hang together, and what to cut.
//!
//! Nothing here calls itself: a graph may be thousands of nodes deep.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

/// For each node, the nodes that it leads to and the weight of each edge.
pub type Edges = Vec<BTreeMap<usize, i64>>;

/// The groups of two nodes or more that all reach each other, each sorted, in the order of their first nodes
/// (Tarjan, "Depth-first search and linear graph algorithms", 1972).
pub fn components(edges: &Edges) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![NEW; edges.len()];
    let mut open = vec![false; edges.len()];
    let (mut stack, mut found, mut count) = (Vec::new(), Vec::new(), 0);
    for start in 0..edges.len() {
        if order[start] != NEW {
            continue;
        }
        // Each visit is a node and what is left of its edges.
        let mut visits = vec![(start, edges[start].keys())];
        (order[start], low[start], open[start]) = (count, count, true);
        stack.push(start);
        count += 1;
        while let Some((node, left)) = visits.last_mut() {
            let node = *node;
            match left.next() {
                Some(&to) if order[to] == NEW => {
                    (order[to], low[to], open[to]) = (count, count, true);
                    stack.push(to);
                    count += 1;
                    visits.push((to, edges[to].keys()));
                }
                Some(&to) if open[to] => low[node] = low[node].min(order[to]),
                Some(_) => {}
                None => {
                    visits.pop();
                    if let Some((above, _)) = visits.last() {
                        low[*above] = low[*above].min(low[node]);
                    }
                    if low[node] == order[node] {
                        let at = stack.iter().rposition(|other| *other == node).unwrap_or(0);
                        let mut group = stack.split_off(at);
                        group.iter().for_each(|member| open[*member] = false);
                        group.sort_unstable();
                        found.extend((group.len() > 1).then_some(group));
                    }
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// Edges within `group` without which it has no cycle: few and light, though not always the fewest. They are
/// those that point back in the order that Eades, Lin and Smyth make ("A fast and effective heuristic for the
/// feedback arc set problem", 1993): sinks last, sources first, and between them by what leads out less what
/// leads in.
pub fn cut(edges: &Edges, group: &[usize]) -> Vec<(usize, usize)> {
    let members: BTreeSet<usize> = group.iter().copied().collect();
    let mut within = Vec::new();
    for from in group {
        let inner = edges[*from].iter().filter(|(to, _)| *to != from && members.contains(to));
        within.extend(inner.map(|(to, weight)| (*from, *to, *weight)));
    }
    let mut left: BTreeMap<usize, Node> = group.iter().map(|node| (*node, Node::default())).collect();
    for (from, to, weight) in &within {
        left.entry(*from).or_default().out.insert(*to, *weight);
        left.entry(*to).or_default().into.insert(*from, *weight);
    }
    for node in left.values_mut() {
        node.surplus = node.out.values().sum::<i64>() - node.into.values().sum::<i64>();
    }
    let mut queue: BTreeSet<(Turn, usize)> = left.iter().map(|(number, node)| (node.turn(), *number)).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while let Some((turn, number)) = queue.pop_first() {
        if turn == Turn::Sink {
            last.push(number)
        } else {
            first.push(number)
        }
        let Some(gone) = left.remove(&number) else { continue };
        for other in gone.out.keys().chain(gone.into.keys()) {
            let Some(node) = left.get_mut(other) else { continue };
            queue.remove(&(node.turn(), *other));
            node.surplus += node.into.remove(&number).unwrap_or(0) - node.out.remove(&number).unwrap_or(0);
            queue.insert((node.turn(), *other));
        }
    }
    let order = first.into_iter().chain(last.into_iter().rev());
    let places: FxHashMap<usize, usize> = order.enumerate().map(|(place, number)| (number, place)).collect();
    within
        .into_iter()
        .filter(|(from, to, _)| places.get(to) < places.get(from))
        .map(|(from, to, _)| (from, to))
        .collect()
}

/// A node among those that have no place in the order yet.
#[derive(Debug, Default)]
struct Node {
    out: BTreeMap<usize, i64>,
    into: BTreeMap<usize, i64>,
    /// The weight of what leads out less that of what leads in.
    surplus: i64,
}

/// Whose turn it is, the first before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Sink,
    Source,
    Between(Reverse<i64>),
}

impl Node {
    fn turn(&self) -> Turn {
        match (self.out.is_empty(), self.into.is_empty()) {
            (true, _) => Turn::Sink,
            (_, true) => Turn::Source,
            _ => Turn::Between(Reverse(self.surplus)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Edges, components, cut};

    fn edges(count: usize, pairs: &[(usize, usize, i64)]) -> Edges {
        let mut edges = vec![BTreeMap::new(); count];
        for (from, to, weight) in pairs {
            edges[*from].insert(*to, *weight);
        }
        edges
    }

    #[test]
    fn groups_that_reach_each_other() {
        let graph = edges(7, &[(0, 1, 1), (1, 2, 1), (2, 0, 1), (2, 3, 1), (3, 4, 1), (4, 3, 1), (5, 5, 1), (6, 0, 1)]);
        assert_eq!(components(&graph), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(components(&edges(3, &[(0, 1, 1), (1, 2, 1), (0, 2, 1)])), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn the_lighter_edge_of_two_is_cut() {
        assert_eq!(cut(&edges(2, &[(0, 1, 5), (1, 0, 1)]), &[0, 1]), [(1, 0)]);
        assert_eq!(cut(&edges(2, &[(0, 1, 1), (1, 0, 5)]), &[0, 1]), [(0, 1)]);
    }

    #[test]
    fn one_edge_of_a_long_cycle_is_cut() {
        let pairs: Vec<_> = (0..20_000).map(|node| (node, (node + 1) % 20_000, 1)).collect();
        let graph = edges(20_000, &pairs);
        let groups = components(&graph);
        assert_eq!(groups.len(), 1);
        assert_eq!(cut(&graph, &groups[0]).len(), 1);
    }

    #[test]
    fn nothing_is_left_of_a_cycle_after_the_cut() {
        // Every graph of a simple sequence of pseudo-random edges.
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for count in 2..40 {
            let pairs: Vec<_> = (0..count * 3)
                .map(|_| (random(count) as usize, random(count) as usize, 1 + random(9) as i64))
                .filter(|(from, to, _)| from != to)
                .collect();
            let mut graph = edges(count as usize, &pairs);
            for group in components(&graph) {
                let cut = cut(&graph, &group);
                assert!(!cut.is_empty());
                for (from, to) in cut {
                    graph[from].remove(&to);
                }
            }
            assert!(components(&graph).is_empty(), "{count}: {graph:?}");
        }
    }
}
