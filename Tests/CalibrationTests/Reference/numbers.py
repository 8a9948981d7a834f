"""Special functions against scipy, far into the tails."""

import scipy.special
import scipy.stats

from Reference.tables import Table


def table():
    t = Table()
    shapes = [(0.5, 0.5), (1, 1), (2, 5), (0.01, 3), (50, 0.2), (30, 970), (1e3, 1e3), (2e5, 8e5), (1e-3, 1e-3)]
    for a, b in shapes:
        for share in [1e-12, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.975, 1 - 1e-9]:
            x = scipy.special.betaincinv(a, b, share)
            if not 1e-280 < x < 1:
                continue
            back = scipy.special.betainc(a, b, x)
            t.add("incomplete_beta", "", back, "scipy.special.betainc", 2e-10, relative=True, x=x, a=a, b=b)
            if x < 1 - 1e-7:
                # Near 1 a share has few digits left to say how far from 1 it is.
                near = 2e-10 if share < 0.99 else 5e-9
                t.add("inverse_beta", "", x, "scipy.special.betaincinv", near, relative=True, share=share, a=a, b=b)
    for z in [-37, -20, -8.3, -5, -1.96, -0.3, 0, 0.7, 3, 6]:
        t.add("normal", "", scipy.stats.norm.cdf(z), "scipy.stats.norm.cdf", 1e-13, relative=True, z=z)
    for share in [1e-300, 1e-100, 1e-20, 1e-9, 0.001, 0.025, 0.0749, 0.0751, 0.4, 0.5, 0.9, 0.975, 1 - 1e-9]:
        value = scipy.stats.norm.ppf(share)
        t.add("normal_quantile", "", value, "scipy.stats.norm.ppf", 1e-13, relative=True, share=share)
    for above, below in [(1, 1), (3, 12), (40, 2.5), (500, 900)]:
        for share in [0.001, 0.025, 0.5, 0.975, 0.9999]:
            value = scipy.stats.f.ppf(share, above, below)
            t.add("f_quantile", "", value, "scipy.stats.f.ppf", 1e-9, relative=True, share=share, above=above, below=below)
    return t
