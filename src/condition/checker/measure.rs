//! What a part can cost at worst when it is evaluated, so that a condition that could take long, go deep or join too many
//! pieces is refused before it is ever evaluated. A variable costs what the element costs that it stands for, each time.

/// Upper bounds for one evaluation of one part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    pub(super) steps: u64,
    pub(super) depth: u32,
    /// Pieces of the text, or of each text in the list.
    pub(super) pieces: u64,
    /// Elements of the list or members of the set.
    pub(super) length: u64,
    /// The worst of the elements, where these are lists.
    pub(super) element: Option<Box<Measure>>,
}

impl Measure {
    pub(super) const ONE: Self = Self { steps: 1, depth: 1, pieces: 1, length: 0, element: None };

    pub(super) fn over<'m>(parts: impl IntoIterator<Item = &'m Self>) -> Self {
        let mut whole = Self::ONE;
        for part in parts {
            whole.steps = whole.steps.saturating_add(part.steps);
            whole.depth = whole.depth.max(part.depth.saturating_add(1));
        }
        whole
    }
    fn plus(mut self, steps: u64) -> Self {
        self.steps = self.steps.saturating_add(steps);
        self
    }
    /// The worst of two.
    fn worst(self, other: &Self) -> Self {
        let element = match (self.element, &other.element) {
            (Some(a), Some(b)) => Some(Box::new(a.worst(b))),
            (a, b) => a.or_else(|| b.clone()),
        };
        Self {
            steps: self.steps.max(other.steps),
            depth: self.depth.max(other.depth),
            pieces: self.pieces.max(other.pieces),
            length: self.length.max(other.length),
            element,
        }
    }
    pub(super) fn choice(test: &Self, yes: &Self, no: &Self) -> Self {
        let branch = yes.clone().worst(no);
        let shape = Self {
            pieces: branch.pieces,
            length: branch.length,
            element: branch.element.clone(),
            ..Self::ONE
        };
        Self { ..Self::over([test, &branch]) }.shaped(shape)
    }
    fn shaped(self, shape: Self) -> Self {
        Self { pieces: shape.pieces, length: shape.length, element: shape.element, ..self }
    }
    pub(super) fn joined<'m>(parts: impl IntoIterator<Item = &'m Self> + Clone) -> Self {
        let pieces = parts.clone().into_iter().map(|part| part.pieces).fold(0, u64::saturating_add);
        Self { pieces, ..Self::over(parts) }
    }
    pub(super) fn list<'m>(elements: impl Iterator<Item = &'m Self> + Clone) -> Self {
        let worst = elements.clone().cloned().reduce(|a, b| a.worst(&b)).unwrap_or(Self::ONE);
        let length = elements.clone().count() as u64;
        Self { pieces: worst.pieces, length, element: Some(Box::new(worst)), ..Self::over(elements) }
    }
    pub(super) fn concatenated<'m>(lists: impl IntoIterator<Item = &'m Self> + Clone) -> Self {
        let worst = lists.clone().into_iter().cloned().reduce(|a, b| a.worst(&b)).unwrap_or(Self::ONE);
        let length = lists.clone().into_iter().map(|list| list.length).fold(0, u64::saturating_add);
        Self { pieces: worst.pieces, length, element: worst.element, ..Self::over(lists) }
    }
    pub(super) fn set(members: usize) -> Self {
        Self { length: members as u64, ..Self::ONE }
    }
    /// Every element is looked at once.
    pub(super) fn element(list: &Self, index: &Self) -> Self {
        Self::over([list, index]).plus(list.length).shaped(list.elements())
    }
    /// The worst element.
    pub(super) fn elements(&self) -> Self {
        self.element.as_deref().cloned().unwrap_or(Self { pieces: self.pieces, ..Self::ONE })
    }
    pub(super) fn membership(element: &Self, list: &Self) -> Self {
        let each = element.steps.saturating_mul(list.length.saturating_add(1));
        Self::over([element, list]).plus(each.saturating_add(list.steps.saturating_mul(2)))
    }
    /// Lists that are written where they stand are walked at once; others may be looked up for each element.
    pub(super) fn equality(left: &Self, right: &Self, at_once: bool) -> Self {
        let walks = if at_once { 2 } else { left.length.min(right.length).saturating_add(3) };
        Self::over([left, right]).plus(left.steps.saturating_add(right.steps).saturating_mul(walks))
    }
    /// The body once for each element; the list is looked at for being known, then walked.
    pub(super) fn quantifier(list: &Self, body: &Self) -> Self {
        let steps =
            list.steps.saturating_mul(2).saturating_add(list.length.max(1).saturating_mul(body.steps));
        Self { steps: steps.saturating_add(1), ..Self::over([list, body]) }
    }
    /// A variable that stands for this element.
    pub(super) fn behind(&self) -> Self {
        Self { steps: self.steps.saturating_add(1), depth: self.depth.saturating_add(1), ..self.clone() }
    }
}
