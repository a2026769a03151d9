<?php $title = array( '/' => 'Home', '/same/' => 'Same', '/other/' => 'Other', '/off/' => 'Off', '/french/' => 'French' )[ $_SERVER['REQUEST_URI'] ]; ?>
<!doctype html>
<html <?php language_attributes(); ?>>
	<head><title><?php echo esc_html( $title ); ?></title><?php wp_head(); ?></head>
	<body>
		<h1><?php echo esc_html( $title ); ?></h1>
		<a href="/">Home</a> <a href="/same/">Same</a> <a href="/other/">Other</a> <a href="/off/">Off</a> <a href="/french/">French</a>
		<?php wp_footer(); ?>
	</body>
</html>
