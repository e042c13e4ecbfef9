//! What of the policy asks for a finding.

use serde::{Deserialize, Serialize};

use super::Shared;
use super::concept::Concept;
use super::contract::Contract;
use crate::finding::Level;

/// The concept or contract that asks for a finding, and what it says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub concept: Option<String>,
    pub contract: Option<String>,
    pub owner: Option<String>,
    pub docs: Option<String>,
    /// Said before the help: its message and its reason.
    pub says: String,
    /// None: the rule's own level. Some(None): off.
    pub level: Option<Option<Level>>,
}

impl Asked {
    /// For code of a service.
    pub fn concept(concept: &Concept, service: Option<&str>) -> Self {
        Self { concept: Some(concept.id.clone()), ..Self::of(&concept.shared, concept.home(service)) }
    }

    pub fn contract(contract: &Contract) -> Self {
        Self { contract: Some(contract.id.clone()), ..Self::of(&contract.shared, "") }
    }

    fn of(shared: &Shared, home: &str) -> Self {
        let says = shared.message.iter().chain(&shared.reason).map(|text| text.replace("{home}", home));
        Self {
            concept: None,
            contract: None,
            owner: shared.owner.clone(),
            docs: shared.docs.clone(),
            says: says.collect::<Vec<_>>().join(" "),
            level: shared.level,
        }
    }
}
