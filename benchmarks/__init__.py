"""What we claim about speed, as programs. Figures are ratios within one run; machines are noisy, so medians."""
