int cupel_png_placeholder;
