//! What a transformer is made of, whatever its family.

use super::names::Names;

/// A backbone's network.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Its `model_type`.
    pub family: &'static str,
    /// Width of the hidden states, `d`.
    pub hidden: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Query heads a block.
    pub heads: usize,
    /// Key and value heads a block: fewer where several query heads share one (Ainslie and others, 2023).
    pub kv_heads: usize,
    /// Width of one head.
    pub head: usize,
    /// Width inside the MLP.
    pub inner: usize,
    /// Rows of the word embedding.
    pub vocabulary: usize,
    /// The longest input in tokens.
    pub longest: usize,
    /// How it knows where a token stands.
    pub positions: Positions,
    /// Rows of the token-type embedding; 0 where there is none.
    pub token_types: usize,
    /// How attention and MLP hang together.
    pub wiring: Wiring,
    /// Which norm.
    pub norm: NormKind,
    /// ε of the norms.
    pub epsilon: f64,
    /// What a product's output goes through.
    pub activation: Activation,
    /// Whether the activation is multiplied by a second half of the first product (Shazeer, 2020).
    pub gated: bool,
    /// Whether a token sees only what stands before it.
    pub causal: bool,
    /// Which tokens each block sees, where not every block sees all.
    pub local: Option<Local>,
    /// How its checkpoints are laid out.
    pub names: Names,
}

/// How a network knows where a token stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Positions {
    /// A table with a row for each place; the first `skipped` rows of the file's are nobody's.
    Learned {
        /// Rows of the checkpoint's table that come before the first place's.
        skipped: usize,
    },
    /// Queries and keys are turned by an angle for each place (Su and others, 2021).
    Rotary(Rotary),
}

/// Angles a place, one for every two of the dimensions that are turned. The others stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotary {
    /// Radians a place.
    pub frequencies: Vec<f32>,
}

/// Blocks that see only what is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Which blocks.
    pub blocks: Vec<bool>,
    /// How far a token sees, in tokens, to either side.
    pub reach: usize,
    /// Their own angles.
    pub rotary: Rotary,
}

/// How attention and MLP hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiring {
    /// `h ← norm(h + part(h))`, as the first transformer.
    Post,
    /// `h ← h + part(norm(h))`, and a norm after the last block.
    Pre,
    /// `h ← h + attention(norm(h)) + mlp(norm'(h))`, and a norm after the last block.
    Parallel,
}

/// Which norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormKind {
    /// Mean and variance (Ba and others, 2016).
    Layer,
    /// The root of the mean square (Zhang and Sennrich, 2019).
    Rms,
}

/// Between the MLP's two products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// GELU by the error function.
    Gelu,
    /// GELU by a hyperbolic tangent.
    GeluTanh,
    /// x σ(x).
    Silu,
    /// The larger of x and 0.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

impl Architecture {
    /// Whether prompt and response are joined by the special tokens of a pair, rather than written as a conversation.
    pub fn reads_pairs(&self) -> bool {
        !self.causal
    }

    /// Whether it is a BERT once it is in memory, whatever its tensors are called.
    pub fn is_bert(&self) -> bool {
        self.wiring == Wiring::Post && self.activation == Activation::Gelu && !self.causal
    }

    /// Bytes of the widest that a block's products make of one token: query, key and value, or what the MLP is wide inside.
    pub fn widest_bytes(&self) -> usize {
        let (attention, mlp) = (self.qkv_width(), self.up_width());
        size_of::<f32>() * attention.max(mlp)
    }

    /// Width of query, key and value together.
    pub fn qkv_width(&self) -> usize {
        (self.heads + 2 * self.kv_heads) * self.head
    }

    /// Width of the MLP's first product: twice that inside where it is gated.
    pub fn up_width(&self) -> usize {
        self.inner * (1 + usize::from(self.gated))
    }

    /// # Errors
    /// If its numbers do not go together.
    pub fn check(&self) -> Result<(), String> {
        let Self { heads, kv_heads, head, hidden, .. } = self;
        let counts = [self.hidden, self.layers, self.heads, self.kv_heads, self.head, self.inner];
        if counts.contains(&0) || self.vocabulary == 0 || self.longest == 0 {
            return Err("one of its sizes is 0".into());
        }
        if heads % kv_heads != 0 {
            return Err(format!("its {kv_heads} key heads do not divide its {heads} heads"));
        }
        let turned = |rotary: &Rotary| 2 * rotary.frequencies.len();
        if let Positions::Rotary(rotary) = &self.positions
            && (rotary.frequencies.is_empty() || turned(rotary) > *head)
        {
            return Err(format!("it turns {} of a head's {head} dimensions", turned(rotary)));
        }
        if self.is_bert() && heads * head != *hidden {
            return Err(format!("its {heads} heads do not divide its width of {hidden}"));
        }
        Ok(())
    }
}
