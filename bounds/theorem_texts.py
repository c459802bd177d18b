"""The words of the five theorems: statements, sources, verdicts and repairs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TheoremText:
    """What is said of one theorem; the attributes are those of ``bounds.theorems.Theorem``."""

    title: str
    statement: str
    latex: str
    source: str
    verdict: str
    repair: str

    def __post_init__(self) -> None:
        # The texts are written as indented paragraphs.
        for name in ("statement", "latex", "source", "verdict", "repair"):
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))


TEXTS = {
    "theorem-1": TheoremText(
        title="Theorem 1 (lower bound for any selection of parameters)",
        statement="""
            Let σ: R -> R be a piecewise C^1 activation with σ' in BV(R), and let f be a class of neural
            networks with σ activations and N_f parameters. Assume that no non-constant y in W_{r,m} is
            a member of f. If d(f; W_{r,m}) <= ε, then N_f = Omega(ε^(-m/r)).
        """,
        latex=r"""
            Let $\sigma:\mathbb{R}\to\mathbb{R}$ be a piecewise $C^1$ activation with $\sigma'\in
            BV(\mathbb{R})$, and let $\mathfrak{f}$ be a class of neural networks with $\sigma$
            activations and $N_{\mathfrak{f}}$ parameters. Assume that no non-constant
            $y\in\mathcal{W}_{r,m}$ is a member of $\mathfrak{f}$. If
            $d(\mathfrak{f};\mathcal{W}_{r,m})\le\varepsilon$, then
            $N_{\mathfrak{f}}=\Omega(\varepsilon^{-m/r})$.
        """,
        source="""
            Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 1; in v1, Comparing the
            Parameter Complexity of Hypernetworks and the Embedding-Based Method, Theorem 2, proved
            there as Theorem 8
        """,
        verdict="""
            Void as stated: unless σ is constant, every class with free weights contains a non-constant
            member of W_{r,m}, so the last hypothesis never holds; Assumptions 1 and 2, which the proof
            uses, are refuted as well, and the conclusion is false for clipped ReLU.
        """,
        repair="""
            If the parameters depend continuously on the function, error <= ε takes N = Omega(ε^(-m/r))
            parameters whatever the class, with explicit constants, by the theorem of Borsuk and Ulam
            (DeVore, Howard & Micchelli 1989): row continuous-selection. For any selection, weights in
            [-B, B] and a fixed architecture give Omega(ε^(-m/r)/log(1/ε)) by counting functions: row
            entropy; and ReLU networks of any depth and any weights take Omega(ε^(-m/(2r))), by counting
            signs: row shattering. The exponent m/(2r) cannot be improved to m/r, because very deep ReLU
            networks attain it for r = 1 (Yarotsky, Optimal approximation of continuous functions by
            very deep ReLU networks, 2018); on bounded sets clipped ReLU equals ReLU up to scaling, and
            its derivative lies in BV(R).
        """,
    ),
    "theorem-2": TheoremText(
        title="Theorem 2 (lower bound for embedding methods, bounded embedding dimension)",
        statement="""
            Let σ be a universal, piecewise C^1 activation with σ' in BV(R) and σ(0) = 0. Let E_{e,q} =
            {q(x, e(I))} be an embedding method: e is a class of continuously differentiable networks
            with zero biases, output dimension k = O(1) and C(e) <= l1, and q is a class of networks
            with σ activations and C(q) <= l2. Let m = m1 + m2, and assume that no non-constant y in
            W_{1,m} is a network with σ activations. If d(E_{e,q}; W_{1,m}) <= ε, then N_q =
            Omega(ε^(-(m1+m2))).
        """,
        latex=r"""
            Let $\sigma$ be a universal, piecewise $C^1$ activation with $\sigma'\in BV(\mathbb{R})$ and
            $\sigma(0)=0$. Let $\mathcal{E}_{\mathfrak{e},\mathfrak{q}}=\{q(x,e(I))\}$ be an embedding
            method: $\mathfrak{e}$ is a class of continuously differentiable networks with zero biases,
            output dimension $k=O(1)$ and $C(e)\le\ell_1$, and $\mathfrak{q}$ is a class of networks
            with $\sigma$ activations and $C(q)\le\ell_2$. Let $m=m_1+m_2$, and assume that no
            non-constant $y\in\mathcal{W}_{1,m}$ is a network with $\sigma$ activations. If
            $d(\mathcal{E}_{\mathfrak{e},\mathfrak{q}};\mathcal{W}_{1,m})\le\varepsilon$, then
            $N_{\mathfrak{q}}=\Omega(\varepsilon^{-(m_1+m_2)})$.
        """,
        source="""
            Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 2; in v1, Comparing the
            Parameter Complexity of Hypernetworks and the Embedding-Based Method, Theorem 3
        """,
        verdict="""
            Void as stated: unless σ is constant, every class with free weights contains a non-constant
            member of W_{r,m}. Besides, for k < m2 the error has a positive floor whatever the sizes,
            and among primaries of bounded depth C(q) <= l2 excludes small ε altogether.
        """,
        repair="""
            If e and q are chosen continuously in y, replace e by its values at the centres of n^m2
            cells, which moves e by at most m2*l1/n in l1 and the output by at most m2*l1*l2/n; with n =
            ceil(m2*l1*l2/(t*ε)) the class of q together with these k*n^m2 values has error (1 + t)*ε,
            so N_q >= D((1 + t)*ε) - k*n^m2 for every t > 0, where D(ε) is the number of parameters that
            continuous selection takes on W_{1,m}: row embedding-continuous. For k < m2 and every
            continuous e there are I and -I on a sphere with e(I) = e(-I) (Borsuk and Ulam), so that
            functions odd in I keep an error that no size reduces.
        """,
    ),
    "theorem-3": TheoremText(
        title="Theorem 3 (lower bound for embedding methods, any embedding dimension)",
        statement="""
            In the setting of Theorem 2, let the output dimension k of e be arbitrary, and assume that
            ||W^1||_1 <= c for the first layer of every q in the class. If d(E_{e,q}; W_{1,m}) <= ε,
            then N_q = Omega(ε^(-min(m, 2*m1))).
        """,
        latex=r"""
            In the setting of Theorem 2, let the output dimension $k$ of $e$ be arbitrary, and assume
            that $\|W^1\|_1\le c$ for the first layer of every $q\in\mathfrak{q}$. If
            $d(\mathcal{E}_{\mathfrak{e},\mathfrak{q}};\mathcal{W}_{1,m})\le\varepsilon$, then
            $N_{\mathfrak{q}}=\Omega(\varepsilon^{-\min(m,2m_1)})$.
        """,
        source="""
            Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 3; in v1, Comparing the
            Parameter Complexity of Hypernetworks and the Embedding-Based Method, Theorem 4
        """,
        verdict="""
            Void as stated: unless σ is constant, every class with free weights contains a non-constant
            member of W_{r,m}. The exponent 2*m1 comes from counting a dense first layer, and its bound
            c is not needed.
        """,
        repair="""
            Write w1 for the width of q's first layer. Under continuous selection, replacing the min(k,
            w1) numbers that q reads off I by their values on a grid gives N_q + K*min(k, w1)*ε^(-m2) >=
            c'*ε^(-m) with constants that depend on l1, l2, m1 and m2 only. A dense first layer has N_q
            >= w1*k >= min(k, w1)^2, so one of N_q >= c''*ε^(-m) and N_q >= c''*ε^(-2*m1) holds; where
            only non-zero weights are counted the second case falls away. The bound ||W^1||_1 <= c is
            not used.
        """,
    ),
    "theorem-4": TheoremText(
        title="Theorem 4 (modularity of hypernetworks)",
        statement="""
            Let σ be as in Theorem 2. Let y in W_{r,m}, m = m1 + m2, be such that y(., I) is no network
            with σ activations, for every I in [-1,1]^m2. Then there are a class g of networks with σ
            activations and a network f(I; θ_f) with ReLU activations such that the hypernetwork g(x;
            f(I; θ_f)) approximates y with error <= ε, and N_g = O(ε^(-m1/r)).
        """,
        latex=r"""
            Let $\sigma$ be as in Theorem 2. Let $y\in\mathcal{W}_{r,m}$, $m=m_1+m_2$, be such that
            $y(\cdot,I)$ is no network with $\sigma$ activations, for every $I\in[-1,1]^{m_2}$. Then
            there are a class $\mathfrak{g}$ of networks with $\sigma$ activations and a network
            $f(I;\theta_f)$ with ReLU activations such that the hypernetwork $g(x;f(I;\theta_f))$
            approximates $y$ with error $\le\varepsilon$, and
            $N_{\mathfrak{g}}=O(\varepsilon^{-m_1/r})$.
        """,
        source="""
            Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 4; in v1, Comparing the
            Parameter Complexity of Hypernetworks and the Embedding-Based Method, Theorem 5
        """,
        verdict="""
            True where the primary has a selector that is linear in y, without Assumptions 1 and 2 and
            without the hypothesis on y(., I); f may have any size.
        """,
        repair="""
            Give g fixed hidden weights and let its output weights be linear functionals of y(., I), as
            in interpolation, where they are the values y(x_j, I). They are continuous in I, so a ReLU
            network f approximates them as closely as one likes, and the error is that of the linear
            scheme: N_g = O(ε^(-m1/r)) with explicit constants, row theorem-4. Neither a best
            approximation nor a continuous choice among best approximations is needed. Nothing bounds
            the size of f.
        """,
    ),
    "theorem-5": TheoremText(
        title="Theorem 5 (parameters of a whole hypernetwork)",
        statement="""
            Let σ be as in Theorem 2, and g a class of networks with σ activations. Let y in W_{r,m}, m
            = m1 + m2, be such that the functions y(., I), I in [-1,1]^m2, have a continuous selector S
            in P_{r,w,c} within g: S(I) = M P(I) with P_1, ..., P_w in W_{r,m2} and ||M||_1 <= c. Then
            some hypernetwork approximates y with error <= ε, and N_f = O(w^(1+m2/r) * ε^(-m2/r) +
            w*N_g) = O(ε^(-m2/r) + ε^(-m1/r)).
        """,
        latex=r"""
            Let $\sigma$ be as in Theorem 2, and $\mathfrak{g}$ a class of networks with $\sigma$
            activations. Let $y\in\mathcal{W}_{r,m}$, $m=m_1+m_2$, be such that the functions
            $y(\cdot,I)$, $I\in[-1,1]^{m_2}$, have a continuous selector $S\in\mathcal{P}_{r,w,c}$
            within $\mathfrak{g}$: $S(I)=M\,P(I)$ with $P_1,\dots,P_w\in\mathcal{W}_{r,m_2}$ and
            $\|M\|_1\le c$. Then some hypernetwork approximates $y$ with error $\le\varepsilon$, and
            $N_{\mathfrak{f}}=O(w^{1+m_2/r}\varepsilon^{-m_2/r}+w\,N_{\mathfrak{g}})=O(\varepsilon^{-m_2/r}+\varepsilon^{-m_1/r})$.
        """,
        source="""
            Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 5; in v1, Comparing the
            Parameter Complexity of Hypernetworks and the Embedding-Based Method, Theorem 6, proved
            there as Theorem 10
        """,
        verdict="""
            Conditional on the selector, and true only while the depth of g stays bounded; ||M||_1 <= c
            bounds the sum of all weights of g by c*w while their number grows.
        """,
        repair="""
            For Lipschitz σ with constant L and σ(0) = 0, features known within d and g with K weight
            layers, the output moves by at most E*d, where a_0 = m1, b_0 = 0, then K - 1 times a <-
            L*c*w*(1 + a) and b <- L*c*w*(b*(1 + d) + a + 1), both from the old a and b, and E =
            c*w*(b*(1 + d) + a). So N_f = w*N(d) + w*N_g with E*d + ε_g <= ε, N(d) the size for W_{r,m2}
            and ε_g the error of g: row theorem-5. E is independent of g's width and grows like
            (2*L*c*w)^K, so the rate holds for g of bounded depth.
        """,
    ),
}
